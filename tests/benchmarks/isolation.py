"""`python -m tests.benchmarks.isolation`: what the verifier's processes and the layers around them cost.

Asks about many small sound classes, each of which has a process of its own, and subtracts the time that the answers
themselves took.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from torchmodlint.core.verdict import Verdict
from torchmodlint.verify.pool import ask
from torchmodlint.verify.wire import FileJob, Options, PackageJob, Question

CLASS = """

class Net{number}(nn.Module):
    def __init__(self):
        super().__init__()
"""
LINES = len(CLASS.split("\n")) - 1


@dataclass(frozen=True)
class Cost:
    """In seconds: until the worker is ready, one class after the other, and a class's own work in it (medians)."""

    start: float
    each: float
    own: float
    layers: tuple[str, ...]

    @property
    def overhead(self) -> float:
        return self.each - self.own


def measure(python: Path | str, sandbox: str, classes: int = 100) -> Cost:
    """What a class costs beside its own work, with one process at a time. `sandbox` is as in Options."""
    moments: list[float] = []
    own: list[float] = []

    def note(identity: int, verdict: Verdict) -> None:
        moments.append(time.monotonic())
        own.append(verdict.seconds)

    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        ask([], python, Options(sandbox=sandbox))
        start = time.monotonic() - started
        answers = ask([_package(Path(folder), classes)], python, Options(sandbox=sandbox), processes=1, on_answer=note)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    return Cost(start, median(gaps), median(own), answers.layers)


def _package(folder: Path, classes: int) -> PackageJob:
    text = "from torch import nn\n" + "".join(CLASS.format(number=number) for number in range(classes))
    path = folder / "nets.py"
    path.write_text(text)
    questions = []
    for number in range(classes):
        line = 5 + number * LINES
        questions.append(Question(number, "TML101", line, 1, line, 1, owner=f"Net{number}"))
    return PackageJob("nets", (str(folder),), (FileJob(str(path), "nets.py", "nets", text, tuple(questions)),))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What isolation costs.")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has torch")
    parser.add_argument("--classes", type=int, default=100)
    options = parser.parse_args()
    for kind in ("auto", "off"):
        cost = measure(options.python, kind, options.classes)
        print(f"{', '.join(cost.layers)}:")
        print(f"  start to end without work {cost.start:.2f} s")
        print(f"  a class {1000 * cost.each:.1f} ms, its own work {1000 * cost.own:.1f} ms: ", end="")
        print(f"{1000 * cost.overhead:.1f} ms for its process")
