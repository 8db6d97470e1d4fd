"""What a run costs when nothing, or one file, has changed since the last one, and what it costs to start."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.benchmarks.processes import Cost, cost, linting, passed
from tests.paths import ROOT

NOTHING, TOUCHED = "nothing changed", "one file touched"
EDITED, NAMED = "one file edited", "one name added to a file"  # the latter is something for others to import
BARE, VERSION, IMPORT, SMALL = "bare Python", "--version", "import libcst", "one small file"
SETTLING = 3.0  # seconds after which the time of a file tells a later change from its copying
SMALL_FILE = ROOT / "examples" / "pitfalls.py"


@contextmanager
def changing(folder: Path) -> Iterator[Callable[[], dict[str, Cost]]]:
    """A round over a copy of a package that a run has just been over; each edits another file that has to be parsed."""
    files = sorted(path.relative_to(folder) for path in passed(folder))
    Random(folder.name).shuffle(files)
    with TemporaryDirectory() as temporary:
        copy = Path(temporary).resolve() / folder.name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        time.sleep(SETTLING)
        cost(linting(processes=2, cached=True), copy, cached=True)

        def measured() -> dict[str, Cost]:
            path = copy / files.pop()
            time.sleep(SETTLING)
            cost(linting(cached=True), copy, cached=True)  # after which the last round's edit is an old one
            costs = {NOTHING: cost(linting(cached=True), copy, cached=True)}
            path.touch()
            costs[TOUCHED] = cost(linting(cached=True), copy, cached=True)
            for name, line in ((EDITED, "# edited"), (NAMED, "EDITED = True")):
                with path.open("a", encoding="utf-8") as lines:
                    lines.write(f"\n{line}\n")
                costs[name] = cost(linting(cached=True), copy, cached=True)
            return costs

        yield measured


def starting() -> dict[str, Cost]:
    """A round of what is there before any large file."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        shutil.copy(SMALL_FILE, folder)
        return {
            BARE: cost([sys.executable, "-c", ""], folder),
            VERSION: cost([sys.executable, "-m", "torchmodlint", "--version"], folder),
            IMPORT: cost([sys.executable, "-c", "import libcst"], folder),
            SMALL: cost(linting(), folder),
        }
