"""`python -m tests.benchmarks DIR...`: the CPU time of a cold run in one process, beside that of parsing alone.

The floor is one process that reads and parses the files that the prefilter passes, with Python's defaults. Both are
started anew each time and run by turns, so that a busy machine slows them alike; medians are printed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from compileall import compile_dir
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

from tests.paths import ROOT
from torchmodlint.core.exits import CLEAN, FAILED, FINDINGS

HEADING = "| package | files passed | floor, CPU s | linter, CPU s | ratio | peak, MB |"


@dataclass(frozen=True)
class Cost:
    """What one process took: user and system time, and the most memory it held."""

    seconds: float
    megabytes: float


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    trees = [ROOT, *options.against]
    print(HEADING)
    print("|---|---|---|---|---|---|")
    for tree in trees:
        compile_dir(tree / "torchmodlint", quiet=1)  # as LibCST is, and as an installation leaves it
    for folder in options.folders:
        measure(folder.resolve(), trees, options.rounds, options.select)
    return 0


def measure(folder: Path, trees: list[Path], rounds: int, select: str | None) -> None:
    """Print a row of the table for each checkout of the linter."""
    command = [sys.executable, "-m", "tests.benchmarks.floor"]
    names = subprocess.run([*command, "--passed", str(folder)], cwd=ROOT, capture_output=True, text=True, check=True)
    floors: list[Cost] = []
    costs: list[list[Cost]] = [[] for _ in trees]
    for _ in range(rounds):
        floors.append(cost(command, ROOT, ROOT, names.stdout))
        for tree, found in zip(trees, costs, strict=True):
            found.append(cost(linting(select), folder, tree))
    floor = median(one.seconds for one in floors)
    for tree, found in zip(trees, costs, strict=True):
        seconds = median(one.seconds for one in found)
        ratio = median(one.seconds / below.seconds for one, below in zip(found, floors, strict=True))
        peak = max(one.megabytes for one in found)
        name = folder.name if tree == ROOT else f"{folder.name}, {tree}"
        count = len(names.stdout.splitlines())
        print(f"| {name} | {count} | {floor:.2f} | {seconds:.2f} | {ratio:.2f} | {peak:.0f} |", flush=True)


def linting(select: str | None) -> list[str]:
    """The command that lints the working directory."""
    chosen = ["--select", select] if select else []
    return [sys.executable, "-m", "torchmodlint", "check", ".", "--isolated", "-j", "1", "--quiet", *chosen]


def cost(command: list[str], folder: Path, tree: Path, given: str = "") -> Cost:
    """Run a command in `folder` with the linter of the checkout `tree`, and `given` on its standard input."""
    # A package that is linted must not be imported in place of one that the linter needs.
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}
    with TemporaryFile("w+") as lines:
        lines.write(given)
        lines.seek(0)
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=lines, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (CLEAN, FINDINGS, FAILED):  # with a file that has a syntax error it has failed, too
        raise SystemExit(f"{' '.join(command)} in {folder}: exit code {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--select", help="codes of the rules that run; all that are on by default if left out")
    parser.add_argument("--against", type=Path, action="append", default=[], help="another checkout to measure too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
