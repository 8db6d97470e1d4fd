"""The file of figures that the goals' table is made from: written after each round, so that a long run can go on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from tests.benchmarks.processes import Cost
from torchmodlint.core.writing import write_atomically

COLD, FLOOR = "cold", "floor"


@dataclass(frozen=True)
class Size:
    """A package: its files, and those of them that the prefilter passes."""

    files: int
    megabytes: float
    passed_files: int
    passed_megabytes: float


@dataclass(frozen=True)
class Round:
    """What was measured together: the costs by the name of what was run, of one of the `series` and one package."""

    series: str
    package: str
    costs: Mapping[str, Cost]
    size: Size | None = None


@dataclass
class Results:
    """All rounds, and the versions of everything that ran."""

    path: Path
    versions: dict[str, str] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> Results:
        """What the file holds; nothing if there is none yet."""
        if not path.exists():
            return cls(path)
        held = json.loads(path.read_text("utf-8"))
        rounds = [
            Round(
                one["series"],
                one["package"],
                {name: Cost(**cost) for name, cost in one["costs"].items()},
                Size(**one["size"]) if one["size"] else None,
            )
            for one in held["rounds"]
        ]
        return cls(path, held["versions"], rounds)

    def add(self, one: Round) -> None:
        """Remember a round, at once on disk, beside what another process has added meanwhile."""
        self.rounds = [*Results.load(self.path).rounds, one]
        self._save()

    def know(self, versions: Mapping[str, str]) -> None:
        """Remember versions."""
        held = Results.load(self.path)
        self.versions, self.rounds = {**held.versions, **versions}, held.rounds
        self._save()

    def forget(self, series: str, package: str, names: Sequence[str]) -> None:
        """Drop what was measured under these names, so that it is measured anew, and rounds in which no more is left.

        Beside a tool stand others that go on to count; what else is measured belongs together.
        """
        kept = []
        for one in Results.load(self.path).rounds:
            if (one.series, one.package) == (series, package):
                costs = {name: cost for name, cost in one.costs.items() if name not in names}
                if series != COLD or set(costs) <= {FLOOR}:
                    continue
                one = Round(series, package, costs, one.size)
            kept.append(one)
        self.rounds = kept
        self._save()

    def _save(self) -> None:
        self.versions = {**Results.load(self.path).versions, **self.versions}
        held = {"versions": self.versions, "rounds": [asdict(one) for one in self.rounds]}
        write_atomically(self.path, json.dumps(held, indent=1) + "\n")

    def of(self, series: str, package: str, *names: str) -> Iterator[Round]:
        """The rounds of a series in which all these names have a cost."""
        for one in self.rounds:
            if (one.series, one.package) == (series, package) and all(name in one.costs for name in names):
                yield one

    def count(self, series: str, package: str, name: str) -> int:
        return sum(1 for _ in self.of(series, package, name))

    def packages(self, series: str) -> list[str]:
        """The packages of a series, in the order in which they were measured."""
        return list(dict.fromkeys(one.package for one in self.rounds if one.series == series))

    def seconds(self, series: str, package: str, name: str) -> float | None:
        """The median of the CPU time."""
        return _median([one.costs[name].seconds for one in self.of(series, package, name)])

    def wall(self, series: str, package: str, name: str) -> float | None:
        return _median([one.costs[name].wall for one in self.of(series, package, name)])

    def peak(self, series: str, package: str, name: str) -> float | None:
        """The most memory of all rounds."""
        return max((one.costs[name].megabytes for one in self.of(series, package, name)), default=None)

    def ratio(self, series: str, package: str, above: str, below: str) -> float | None:
        """The median of the ratios of two CPU times, each taken from one round."""
        both = self.of(series, package, above, below)
        return _median([one.costs[above].seconds / one.costs[below].seconds for one in both])

    def work(self, package: str, name: str) -> float | None:
        """What a cold run costs, as so many megabytes parsed in the same round: no matter how busy the machine was."""
        return _median(
            [
                one.costs[name].seconds / one.costs[FLOOR].seconds * one.size.passed_megabytes
                for one in self.of(COLD, package, name, FLOOR)
                if one.size is not None
            ]
        )


def _median(figures: Sequence[float]) -> float | None:
    return median(figures) if figures else None
