"""`python -m tests.benchmarks table --results FILE`: the tables of what was measured, and which goals are met.

With `--into PAGE` they replace what stands between the two markers of that page.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import changes, flake8_files, stages
from tests.benchmarks.results import FLOOR, Results
from tests.benchmarks.tools import FLAKE8, FLAKE8_LINTER, LINTER, RUFF, TORCHFIX
from torchmodlint.core.writing import write_atomically

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
NONE = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--results", type=Path, required=True, metavar="FILE")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="rewrite the tables of this page")


def main(options: argparse.Namespace) -> int:
    text = show(Results.load(options.results))
    if options.into is None:
        print(text)
        return 0
    before, begin, rest = options.into.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{options.into}: has no {BEGIN} and {END}")
    write_atomically(options.into, f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
    return 0


def show(results: Results) -> str:
    """All tables, in Markdown."""
    parts = {
        "Goals": _goals(results),
        "CPU seconds of a cold run in one process": _packages(results),
        "Where they go: CPU seconds, and what that is of LibCST's own parsing": _stages(results),
        "Versions": _versions(results),
    }
    written = {title: "\n".join(rows) for title, rows in parts.items()}
    return "\n\n".join(f"### {title}\n\n{rows}" for title, rows in written.items() if rows)


@dataclass(frozen=True)
class Goal:
    """A bound, and what was measured: for each package, or once under an empty name."""

    text: str
    measured: dict[str, float]
    most: float | None = None
    least: float | None = None
    unit: str = ""
    digits: int = 2
    note: Callable[[str], str] = lambda package: ""

    def row(self) -> str:
        """A row of the table; what misses the bound is set in bold."""
        cells = [self._cell(package, value) for package, value in self.measured.items()]
        met = "yes" if all(map(self._holds, self.measured.values())) else "**no**"
        return f"| {self.text} | {', '.join(cells) or 'not measured'} | {met if cells else NONE} |"

    def _holds(self, value: float) -> bool:
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def _cell(self, package: str, value: float) -> str:
        shown = f"{value:.{self.digits}f}{self.unit}"
        return " ".join(filter(None, (package, shown if self._holds(value) else f"**{shown}**", self.note(package))))


def _goals(results: Results) -> Iterator[str]:
    yield "| goal | measured | met |"
    yield "|---|---|---|"
    for goal in (*_cold_goals(results), *_goals_of_large(results), *_other_goals(results)):
        yield goal.row()


def _each(packages: Iterable[str], figure: Callable[[str], float | None]) -> dict[str, float]:
    return {name: value for name in packages if (value := figure(name)) is not None}


def _cold_goals(results: Results) -> Iterator[Goal]:
    cold = results.packages("cold")
    yield Goal(
        "cold, one process: TorchFix takes at least 25 times the CPU time",
        _each(cold, lambda one: _over(results.work(one, TORCHFIX), results.work(one, LINTER))),
        least=25,
        unit="x",
        digits=1,
    )
    yield Goal(
        "cold, one process: CPU time at most 1.25 times the floor",
        _each(cold, lambda one: results.ratio("cold", one, LINTER, FLOOR)),
        most=1.25,
        unit="x",
    )
    yield Goal(
        "cold, one process: peak of memory at most 200 MB",
        _each(cold, lambda one: results.peak("cold", one, LINTER)),
        most=200,
        unit=" MB",
        digits=0,
    )
    yield Goal(
        "walk and rules, with the facts that they ask for: at most 0.15 of LibCST's own parsing",
        _each(results.packages("stages"), lambda one: _rules(results, one)),
        most=0.15,
    )


def _goals_of_large(results: Results) -> Iterator[Goal]:
    for package in results.packages("jobs"):
        yield _wall_goal(results, "jobs", package, "-j 2", f"{package}, cold, two jobs: at most 30 s", 30)
    for package in results.packages("changes"):
        nothing = changes.NOTHING
        yield _wall_goal(results, "changes", package, nothing, f"{package}, {nothing}: at most 100 ms", 0.1)
        for edited in (changes.EDITED, changes.NAMED):
            yield _wall_goal(results, "changes", package, edited, f"{package}, {edited}: at most 1 s", 1)


def _wall_goal(results: Results, series: str, package: str, name: str, text: str, most: float) -> Goal:
    """A bound on the time on the clock. A busy machine adds to that, so the CPU time stands beside it."""
    measured = _each([""], lambda _: results.wall(series, package, name))
    seconds = _shown(results.seconds(series, package, name), 3)
    note = f"(CPU time {seconds} s)"
    return Goal(text, measured, most=most, unit=" s", digits=3, note=lambda _: note)


def _other_goals(results: Results) -> Iterator[Goal]:
    text = f"`{changes.VERSION}`: at most 50 ms, without LibCST (a test sees to that)"
    yield _wall_goal(results, "start", "", changes.VERSION, text, 0.05)
    yield Goal(
        "one small file: CPU time at most 1.25 times that of `import libcst`",
        _each([""], lambda one: results.ratio("start", one, changes.SMALL, changes.IMPORT)),
        most=1.25,
        unit="x",
        note=lambda one: f"(CPU time {_shown(results.seconds('start', one, changes.SMALL))} s)",
    )
    yield Goal(
        "flake8: CPU time at most 1 ms for a file that does not pass the prefilter, on average after the first",
        _each(results.packages("flake8"), lambda one: _over(results.seconds("flake8", one, flake8_files.MEAN), 0.001)),
        most=1.0,
        unit=" ms",
        note=lambda one: f"(median {_shown(_over(results.seconds('flake8', one, flake8_files.MEDIAN), 0.001))})",
    )


def _stages(results: Results) -> Iterator[str]:
    packages = results.packages("stages")
    if not packages:
        return
    yield f"| stage | {' | '.join(packages)} |"
    yield f"|---|{'---|' * len(packages)}"
    for stage in stages.STAGES:
        cells = [
            f"{_shown(results.seconds('stages', one, stage))} "
            f"({_shown(results.ratio('stages', one, stage, stages.UNIT), 3)})"
            for one in packages
        ]
        yield f"| {stage} | {' | '.join(cells)} |"


def _packages(results: Results) -> Iterator[str]:
    if not results.packages("cold"):
        return
    yield (
        f"| package | files (passed) | MB (passed) | {FLOOR} | {LINTER} | x floor | {TORCHFIX} | {TORCHFIX} / {LINTER} "
        f"| {RUFF} | {FLAKE8} | {FLAKE8_LINTER} | peak, MB: {FLOOR}, {LINTER}, {TORCHFIX} |"
    )
    yield f"|{'---|' * 12}"
    for one in results.packages("cold"):
        size = [found.size for found in results.of("cold", one) if found.size is not None][-1]
        seconds = {
            name: _shown(results.seconds("cold", one, name))
            for name in (FLOOR, LINTER, TORCHFIX, RUFF, FLAKE8, FLAKE8_LINTER)
        }
        peaks = ", ".join(_shown(results.peak("cold", one, name), 0) for name in (FLOOR, LINTER, TORCHFIX))
        cells = [
            one,
            f"{size.files} ({size.passed_files})",
            f"{size.megabytes:.1f} ({size.passed_megabytes:.1f})",
            seconds[FLOOR],
            seconds[LINTER],
            _shown(results.ratio("cold", one, LINTER, FLOOR)),
            seconds[TORCHFIX],
            _shown(_over(results.work(one, TORCHFIX), results.work(one, LINTER)), 1),
            seconds[RUFF],
            seconds[FLAKE8],
            seconds[FLAKE8_LINTER],
            peaks,
        ]
        yield f"| {' | '.join(cells)} |"


def _versions(results: Results) -> Iterator[str]:
    yield "| what | version |"
    yield "|---|---|"
    for name, version in results.versions.items():
        yield f"| {name} | {version} |"


def _rules(results: Results, package: str) -> float | None:
    """What happens for the rules' sake, as a part of parsing: the walk, their own code, the facts that they ask for."""
    found = [results.ratio("stages", package, stage, stages.UNIT) for stage in stages.RULES]
    return sum(one for one in found if one is not None) if all(one is not None for one in found) else None


def _over(above: float | None, below: float | None) -> float | None:
    return None if above is None or below is None else above / below


def _shown(figure: float | None, digits: int = 2) -> str:
    return NONE if figure is None else f"{figure:.{digits}f}"
