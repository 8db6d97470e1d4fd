"""A whole run, in one process and in several."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock, call

import pytest

import torchmodlint.engine.checking as checking_module
import torchmodlint.engine.pool as pool_module
from tests.engine.fakes import CALLS, BadCall, DyingRule
from torchmodlint.core.result import Result
from torchmodlint.core.settings import PerFileIgnore, Settings
from torchmodlint.engine.files import Gathered, SourceFile, gather
from torchmodlint.engine.run import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torchmodlint.rules.base import Rule


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for number in range(12):
        text = "bad()\n" * (number % 4) + "poor()  # noqa\n" * (number % 3) + "x = 1\n" * (number * 50)
        (tmp_path / f"file{number:02}.py").write_text(text)
    (tmp_path / "broken.py").write_text("bad(\n")
    (tmp_path / "quiet.py").write_text("y = 2\n")
    return tmp_path


def asked(root: Path, **more: object) -> Settings:
    codes = frozenset({"TML910", "TML911", "TML940"})
    return Settings(root=root, base=root, codes=codes, **more)  # type: ignore[arg-type]


def check(root: Path, processes: int | None = 1, rules: Sequence[type[Rule]] = CALLS, **more: object) -> Result:
    settings = asked(root, **more)
    return run(gather((".",), settings, root), settings, lambda: rules, processes=processes)


def test_run_adds_everything_up(project: Path) -> None:
    result = check(project)
    assert len(result.findings) == 18
    assert result.files == 14
    assert result.suppressed == 12
    assert [(problem.path, problem.line) for problem in result.problems] == [("broken.py", 1)]
    assert result.excerpts["file01.py", 1] == "bad()"
    assert list(result.findings) == sorted(result.findings)


def test_several_processes_give_the_same(project: Path) -> None:
    assert check(project, processes=3) == check(project, processes=1)


def test_processes_are_started_only_for_enough_work(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> object:
        raise AssertionError("a pool was started")

    monkeypatch.setattr(checking_module, "_processors", lambda: 8)
    monkeypatch.setattr(pool_module, "pooled", refuse)
    assert len(check(project, processes=None).findings) == 18
    monkeypatch.setattr(checking_module, "WORTH_A_POOL", 100)
    with pytest.raises(AssertionError, match="a pool was started"):
        check(project, processes=None)
    for file in project.glob("*.py"):  # the same amount of source, none of which has to be parsed
        file.write_text(file.read_text().replace("bad(", "fine(").replace("poor(", "good("))
    result = check(project, processes=None)
    assert (result.files, result.findings) == (14, ())
    assert [problem.path for problem in result.problems] == ["broken.py"], "which nobody had to parse"


def test_dead_process_costs_one_file(project: Path) -> None:
    (project / "deadly.py").write_text("bad()\ndie()\n")
    (project / "poison.py").write_text("die()\n" + "x = 1\n" * 2000)
    result = check(project, processes=2, rules=(*CALLS, DyingRule))
    assert len(result.findings) == 18
    assert [problem.path for problem in result.problems] == ["broken.py", "deadly.py", "poison.py"]
    assert "the process that checked this file died" in result.problems[1].message
    assert result.files == 16


def test_rules_that_were_not_selected_or_are_ignored_for_a_file_do_not_run(project: Path) -> None:
    (project / "meh.py").write_text("meh()\n")
    ignore = PerFileIgnore("file03.py", frozenset({"TML910"}))
    result = check(project, per_file_ignores=(ignore,))
    assert {finding.code for finding in result.findings} == {"TML910"}
    assert len(result.findings) == 15
    assert "file03.py" not in {finding.path for finding in result.findings}


def test_file_that_vanished_is_a_problem(project: Path) -> None:
    files = (SourceFile(str(project / "gone.py"), "gone.py"), SourceFile(str(project / "file01.py"), "file01.py"))
    for processes in (1, 2):
        result = run(Gathered(files, ()), asked(project), lambda: (BadCall,), processes=processes)
        assert [problem.path for problem in result.problems] == ["gone.py"]
        assert result.problems[0].message == "cannot be read: No such file or directory"
        assert len(result.findings) == 1


def test_progress_is_told_after_every_file(project: Path) -> None:
    settings = asked(project)
    gathered = gather((".",), settings, project)
    for processes in (1, 2):
        on_done = Mock()
        run(gathered, settings, lambda: CALLS, processes=processes, on_done=on_done)
        assert on_done.call_args_list == [call(done, 14) for done in range(1, 15)]


def test_source_from_stdin_goes_to_the_processes_too(project: Path) -> None:
    files = tuple(SourceFile(str(project / name), name, b"bad()\n") for name in ("a.py", "b.py"))
    result = run(Gathered(files, ()), asked(project), lambda: (BadCall,), processes=2)
    assert [finding.path for finding in result.findings] == ["a.py", "b.py"]
