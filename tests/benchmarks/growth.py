"""`python -m tests.benchmarks growth PACKAGE...`: does twice as much code cost twice as much?

Each package is measured alone, twice and four times beside itself, and one of its larger files with the body repeated
in the same file. What each further MB costs should stay the same, and the memory of a package too.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.processes import Cost, as_installed, cost, linting, passed
from tests.benchmarks.same import copied

COPIES = (1, 2, 4)
REPEATED = (4, 8, 16)
LARGEST = 30_000  # bytes of the file that is repeated

_DEFINED = re.compile(r"^(?:class|def) (\w+)", re.MULTILINE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("packages", type=Path, nargs="+", metavar="PACKAGE")
    parser.add_argument("--rounds", type=int, default=3)


def main(options: argparse.Namespace) -> int:
    as_installed()
    print("| what | times | MB | CPU s | CPU s for each further MB | peak, MB |")
    print("|---|---|---|---|---|---|")
    for folder in options.packages:
        with TemporaryDirectory() as temporary:
            for what, versions in grown(folder.resolve(), Path(temporary).resolve()).items():
                report(what, versions, options.rounds)
    return 0


def grown(folder: Path, place: Path) -> dict[str, dict[int, Path]]:
    """The folders to be measured, by what grows in them and how many times it is there."""
    found: dict[str, dict[int, Path]] = {f"{folder.name}, copies": {}}
    for times in COPIES:
        found[f"{folder.name}, copies"][times] = package = place / f"package_{times}"
        for number in range(times):
            copied(folder, package / f"copy_{number}" / folder.name)
    files = [path for path in passed(folder) if path.stat().st_size <= LARGEST]
    if not files:
        return found
    file = max(files, key=lambda path: (path.stat().st_size, path))
    text = file.read_text("utf-8")
    for what, repeated in (("body repeated", _same), ("body repeated under new names", _renamed)):
        found[f"{file.name}, {what}"] = {}
        for times in REPEATED:
            alone = place / f"{what} {times}"
            alone.mkdir()
            (alone / file.name).write_text("".join(repeated(text, number) for number in range(times)), "utf-8")
            found[f"{file.name}, {what}"][times] = alone
    return found


def _same(text: str, number: int) -> str:
    return text if number == 0 else "\n" + text.replace("from __future__ import annotations\n", "\n")


def _renamed(text: str, number: int) -> str:
    """With another name for each function and class of the module."""
    names = "|".join(map(re.escape, _DEFINED.findall(text)))
    return re.sub(rf"\b({names})\b", rf"\1_{number}", _same(text, number)) if names else _same(text, number)


def report(what: str, versions: Mapping[int, Path], rounds: int) -> None:
    """Measure the versions by turns, and print a row for each."""
    costs: dict[int, list[Cost]] = {times: [] for times in versions}
    for _ in range(rounds):
        for times, folder in versions.items():
            costs[times].append(cost(linting(), folder))
    before: tuple[float, float] | None = None
    for times, folder in versions.items():
        megabytes = sum(path.stat().st_size for path in folder.rglob("*.py")) / 1e6
        seconds = median(one.seconds for one in costs[times])
        peak = max(one.megabytes for one in costs[times])
        rate = f"{(seconds - before[0]) / (megabytes - before[1]):.2f}" if before else "-"
        print(f"| {what} | {times} | {megabytes:.2f} | {seconds:.2f} | {rate} | {peak:.0f} |", flush=True)
        before = (seconds, megabytes)
