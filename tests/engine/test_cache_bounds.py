"""What is not remembered, and what is forgotten."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

import torchmodlint.engine.cache as cache_module
from tests.engine.remembering import DEFAULT, asked, check, pack, write
from torchmodlint.engine.files import Gathered, SourceFile
from torchmodlint.engine.registry import all_rules
from torchmodlint.engine.run import run

pytestmark = pytest.mark.usefixtures("quick_clock")


def test_store_is_bounded(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MOST_PACKS", 3)
    for code in sorted(DEFAULT)[:6]:
        check(project, codes=frozenset({code}))
    folder = project.parent / "cache" / "results"
    (folder / ("." + "0" * 32 + ".json.1.tmp")).write_text("left by a crash")
    (folder / "notes.json").write_text("not ours")
    for file in folder.iterdir():
        os.utime(file, (0, 0))
    check(project)
    names = {file.name for file in folder.iterdir()}
    assert names == {"notes.json", *(name for name in names if cache_module.PACK.fullmatch(name))}
    assert len(names) == 2


def test_results_that_nobody_asked_for_are_forgotten(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(project)
    monkeypatch.setattr(cache_module, "_today", lambda: int(time.time()) // 86_400 + 31)
    plain = Gathered((SourceFile(str(project / "plain.py"), "plain.py"),), ())
    assert run(plain, asked(project), all_rules, cache=project.parent / "cache").remembered == 1
    assert list(json.loads(pack(project).read_text().split("\n")[1])[0]) == ["plain.py"]


def test_many_results_are_cut_down_to_the_newest(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(project)
    monkeypatch.setattr(cache_module, "MOST_ENTRIES", 2)
    write(project, {"plain.py": "x = 3\n"})
    check(project)
    assert len(json.loads(pack(project).read_text().split("\n")[1])[0]) == 3


@pytest.mark.parametrize("processes", [1, 2])
def test_file_that_cannot_be_read_is_not_remembered(project: Path, processes: int) -> None:
    files = (SourceFile(str(project / "gone.py"), "gone.py"), SourceFile(str(project / "plain.py"), "plain.py"))
    for _ in range(2):
        result = run(
            Gathered(files, ()), asked(project), all_rules, processes=processes, cache=project.parent / "cache"
        )
        assert [problem.path for problem in result.problems] == ["gone.py"]
