"""`python -m tests.benchmarks floor PACKAGE...`: the CPU time of a cold run in one process, beside that of parsing.

The floor is one process that reads and parses the files that the prefilter passes, with Python's defaults. Both are
started anew each time and run by turns, so that a busy machine slows them alike; medians are printed. Without a
package it takes the project's own cases, in which most lines are for a rule to look at.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.processes import Cost, as_installed, cost, floor, linting, passed
from tests.benchmarks.same import copied
from tests.paths import CASES, ROOT

HEADING = "| package | files passed | floor, CPU s | linter, CPU s | ratio | peak, MB |"
OWN = "own cases"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("packages", type=Path, nargs="*", metavar="PACKAGE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--select", help="codes of the rules that run; all that are on by default if left out")
    parser.add_argument("--against", type=Path, action="append", default=[], help="another checkout to measure too")


def main(options: argparse.Namespace) -> int:
    trees = [ROOT, *(tree.resolve() for tree in options.against)]
    for tree in trees:
        as_installed(tree)
    print(HEADING)
    print("|---|---|---|---|---|---|")
    for folder in options.packages:
        measure(folder.resolve(), folder.resolve().name, trees, options.rounds, options.select)
    if not options.packages:
        with TemporaryDirectory() as temporary:
            folder = Path(temporary).resolve()
            own_cases(folder)
            measure(folder, OWN, trees, options.rounds, options.select)
    return 0


def own_cases(folder: Path) -> None:
    """Fill a folder with the cases and the shipped example."""
    for tree in (CASES, ROOT / "examples"):
        copied(tree, folder / tree.name)


def measure(folder: Path, name: str, trees: list[Path], rounds: int, select: str | None) -> None:
    """Print a row of the table for each checkout of the linter."""
    floors: list[Cost] = []
    costs: list[list[Cost]] = [[] for _ in trees]
    chosen = ["--select", select] if select else []
    for _ in range(rounds):
        floors.append(floor(folder))
        for tree, found in zip(trees, costs, strict=True):
            found.append(cost(linting(*chosen, tree=tree), folder, tree=tree))
    below = median(one.seconds for one in floors)
    for tree, found in zip(trees, costs, strict=True):
        seconds = median(one.seconds for one in found)
        ratio = median(one.seconds / parsing.seconds for one, parsing in zip(found, floors, strict=True))
        peak = max(one.megabytes for one in found)
        row = name if tree == ROOT else f"{name}, {tree}"
        count = len(passed(folder))
        print(f"| {row} | {count} | {below:.2f} | {seconds:.2f} | {ratio:.2f} | {peak:.0f} |", flush=True)
