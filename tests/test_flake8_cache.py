"""Remembered results within flake8: the same output, and nothing old where something has changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("flake8")

BASE = "from torch import nn\n\n\nclass Base(nn.Module):\n    pass\n"
NET = "from base import Base\n\n\nclass Net(Base):\n    def __init__(self):\n        self.x = None\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "base.py").write_text(BASE)
    for number in range(4):
        (tmp_path / f"net{number}.py").write_bytes(NET.replace("\n", "\r\n" if number == 3 else "\n").encode())
    return tmp_path


def flake8(folder: Path, *arguments: str, stdin: str | None = None, imports: bool = False) -> list[str]:
    """The lines of a run; with `imports`, which modules of the linter and LibCST were imported for it."""
    code = "import sys\nfrom flake8.main.cli import main\nmain(sys.argv[1:])\n"
    if imports:
        code += "print(*sorted({'libcst', 'torchmodlint.engine.lint'} & set(sys.modules)))\n"
    environment = {key: value for key, value in os.environ.items() if key != "TORCHMODLINT_CACHE_DIR"}
    command = [sys.executable, "-c", code, "--select", "TML", "--format", "%(path)s:%(row)d:%(code)s", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def remembered(folder: Path) -> set[str]:
    (file,) = (folder / ".torchmodlint_cache" / "results").glob("*.json")
    return set(json.loads(file.read_text().splitlines()[1])[0])


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_second_run_says_the_same_without_libcst(project: Path, jobs: str) -> None:
    first = flake8(project, "--jobs", jobs, ".")
    assert sorted(first) == [f"./net{number}.py:5:TML101" for number in range(4)]
    assert remembered(project) == {"base.py", *(f"net{number}.py" for number in range(4))}
    assert flake8(project, "--jobs", jobs, ".") == first
    assert flake8(project, "--jobs", "1", ".", imports=True) == [*first, ""]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_base_class_that_changes_elsewhere_is_noticed(project: Path, jobs: str) -> None:
    assert len(flake8(project, "--jobs", jobs, ".")) == 4
    (project / "base.py").write_text(BASE.replace("nn.Module", "object"))
    assert flake8(project, "--jobs", jobs, ".") == []
    (project / "base.py").write_text(BASE)
    assert len(flake8(project, "--jobs", jobs, ".")) == 4


def test_text_from_an_editor_is_not_taken_for_that_of_the_file(project: Path) -> None:
    edited = ("--stdin-display-name", "base.py", "-")
    assert flake8(project, *edited, "net0.py", stdin=BASE.replace("nn.Module", "object")) in ([], ["net0.py:5:TML101"])
    assert flake8(project, "net0.py") == ["net0.py:5:TML101"]
    assert flake8(project, "--stdin-display-name", "net0.py", "-", stdin="x = 1\n") == []
    assert flake8(project, "net0.py") == ["net0.py:5:TML101"]


def test_noqa_stays_flake8_s(project: Path) -> None:
    (project / "net0.py").write_text(NET.replace("def __init__(self):", "def __init__(self):  # noqa: TML101"))
    for _ in range(2):
        assert flake8(project, "net0.py") == []
        assert flake8(project, "--disable-noqa", "net0.py") == ["net0.py:5:TML101"]
