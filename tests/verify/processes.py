"""Shared by the tests of the verifier's processes: jobs made by hand, interpreters made up, and what still runs."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

from torchmodlint.core.verdict import Verdict
from torchmodlint.verify.wire import FileJob, PackageJob, Question

SOUND = """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
"""

FAULTY = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(2, 2)
"""


def file_job(path: Path, first: int, source: str | None = None, *, each: int = 1) -> FileJob:
    """A job about a file, which is written when there is a `source`: TML101 is asked about each of its classes.

    The questions' ids count from `first`; there are `each` of them about each class.
    """
    if source is not None:
        path.write_text(textwrap.dedent(source))
    text = path.read_text()
    questions: list[Question] = []
    owner = None
    for line, content in enumerate(text.split("\n"), 1):
        if content.startswith("class "):
            owner = content.removeprefix("class ").partition("(")[0].rstrip(":")
        elif content.startswith("    def __init__"):
            for _ in range(each):
                questions.append(Question(first + len(questions), "TML101", line, 1, line, 1, owner=owner))
    return FileJob(str(path), path.name, path.stem, text, tuple(questions))


def package(folder: Path, *sources: str, first: int = 0, each: int = 1) -> PackageJob:
    """A job about files `part0.py`, `part1.py`, ... in `folder`."""
    folder.mkdir(exist_ok=True)
    files: list[FileJob] = []
    for index, source in enumerate(sources):
        asked = sum(len(file.questions) for file in files)
        files.append(file_job(folder / f"part{index}.py", first + asked, source, each=each))
    return PackageJob(folder.name, (str(folder),), tuple(files))


def interpreter(folder: Path, script: str) -> Path:
    """An executable file that looks like an interpreter, and is this shell script."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def changed_python(folder: Path, code: str) -> Path:
    """An interpreter that runs this Python code before the script that it is given."""
    prelude = folder / "prelude.py"
    prelude.write_text(
        f"import os, runpy, sys\nsys.argv[:] = sys.argv[2:]\n{textwrap.dedent(code)}\n"
        "sys.path[0] = os.path.dirname(sys.argv[0])\nrunpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    return interpreter(folder, f'exec "{sys.executable}" "{prelude}" "$@"')


def running(marker: Path) -> list[str]:
    """The command lines of the processes that have this folder as TMPDIR in their first environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and f"TMPDIR={marker}".encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_text())
        except OSError:
            continue
    return found


def children() -> list[int]:
    """The processes that this one has started and that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == os.getpid() and state != "Z":
                found.append(int(entry.name))
    return found


def words(verdicts: dict[int, Verdict]) -> dict[int, str]:
    """Outcome and reason of each."""
    return {identity: f"{verdict.outcome} {verdict.reason}" for identity, verdict in verdicts.items()}
