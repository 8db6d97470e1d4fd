"""`python -m tests.benchmarks goals --results FILE PACKAGE...`: measure what the goals are about, and print the tables.

Each round runs the tools by turns between two runs of the floor, which is one process that reads and parses the
files that the prefilter passes. Rounds that the file of results holds already are not measured again, so that a slow
tool can be measured apart (`--tools TorchFix --rounds 1`), and a run that was ended goes on where it was; `--anew`
drops them first. TorchFix wants a LibCST of its own: give the interpreter of an environment made by
`python -m venv torchfix && torchfix/bin/pip install torchfix==0.7.0`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks import changes, flake8_files, stages
from tests.benchmarks.fetch import fetched
from tests.benchmarks.processes import Cost, as_installed, cost, floor, linting, passed
from tests.benchmarks.results import FLOOR, Results, Round, Size
from tests.benchmarks.table import show
from tests.benchmarks.tools import TOOLS, commands, versions

SERIES = ("cold", "stages", "flake8", "jobs", "changes", "start")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("packages", type=Path, nargs="*", metavar="PACKAGE", help="folders of packages")
    parser.add_argument("--fetched", type=Path, metavar="FOLDER", help="the packages that `fetch` has put there, too")
    parser.add_argument("--results", type=Path, required=True, metavar="FILE", help="the figures, added to if there")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--series", type=_some(SERIES), default=SERIES, help=f"some of {','.join(SERIES)}")
    parser.add_argument("--tools", type=_some(TOOLS), default=TOOLS, help=f"for cold runs, some of {','.join(TOOLS)}")
    parser.add_argument("--torchfix", metavar="PYTHON", help="the interpreter of TorchFix's environment")
    parser.add_argument("--large", default="transformers", help="the package for the goals about one large project")
    parser.add_argument("--anew", action="store_true", help="measure again what the file holds")


def _some(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def chosen(text: str) -> tuple[str, ...]:
        names = tuple(text.split(","))
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not among {', '.join(known)}")
        return names

    return chosen


def main(options: argparse.Namespace) -> int:
    as_installed()
    results = Results.load(options.results)
    folders = [
        folder.resolve() for folder in [*options.packages, *(fetched(options.fetched) if options.fetched else ())]
    ]
    results.know(versions(folders, options.torchfix))
    measuring = Measuring(results, options.rounds, options.series, options.anew)
    tools = {name: command for name, command in commands(options.torchfix).items() if name in options.tools}
    for folder in folders:
        measuring.package(folder, tools)
        if folder.name == options.large:
            measuring.large_package(folder)
    measuring.fill("start", "", (changes.SMALL,), lambda _: changes.starting())
    print(show(results))
    return 0


class Measuring:
    """Adds to the results what is asked for and not yet there."""

    def __init__(self, results: Results, rounds: int, series: Sequence[str], anew: bool) -> None:
        self.results = results
        self.rounds = rounds
        self.series = series
        self.anew = anew

    def fill(
        self,
        series: str,
        package: str,
        names: Sequence[str],
        measured: Callable[[Sequence[str]], Mapping[str, Cost]],
        size: Size | None = None,
    ) -> None:
        """Take as many rounds as it needs, each of the names that have too few."""
        if series not in self.series:
            return
        if self.anew:
            self.results.forget(series, package, names)
        while missing := [name for name in names if self.results.count(series, package, name) < self.rounds]:
            self.results.add(Round(series, package, measured(missing), size))

    def package(self, folder: Path, tools: Mapping[str, Sequence[str]]) -> None:
        """Everything about one package."""
        self.fill("cold", folder.name, list(tools), partial(_cold, folder, tools), _size(folder))
        self.fill("stages", folder.name, (stages.UNIT,), lambda _: stages.measured(folder))
        self.fill("flake8", folder.name, (flake8_files.MEDIAN,), lambda _: flake8_files.measured(folder))

    def large_package(self, folder: Path) -> None:
        """What only a large one can show: several processes, and how little is done when little has changed."""
        jobs = {f"-j {count}": linting(processes=count) for count in (1, 2)}
        self.fill("jobs", folder.name, list(jobs), lambda names: {name: cost(jobs[name], folder) for name in names})
        if "changes" in self.series:
            with changes.changing(folder) as measured:
                self.fill("changes", folder.name, (changes.NAMED,), lambda _: measured())


def _cold(folder: Path, tools: Mapping[str, Sequence[str]], names: Sequence[str]) -> dict[str, Cost]:
    """One after the other, between two runs of the floor, of which the mean is taken."""
    before = floor(folder)
    costs = {name: cost(tools[name], folder) for name in names}
    after = floor(folder)
    middle = Cost((before.seconds + after.seconds) / 2, (before.wall + after.wall) / 2, before.megabytes)
    return {FLOOR: middle, **costs}


def _size(folder: Path) -> Size:
    files = [path for path in folder.rglob("*.py") if path.is_file()]
    return Size(len(files), _megabytes(files), len(passed(folder)), _megabytes(passed(folder)))


def _megabytes(files: Sequence[Path]) -> float:
    return sum(path.stat().st_size for path in files) / 1e6
