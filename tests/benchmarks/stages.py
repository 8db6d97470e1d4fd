"""`python -m tests.benchmarks profile PACKAGE...`: where the CPU time of a cold run in one process goes.

Beside the seconds of each stage stands what that is of the time in which LibCST itself parses the same files.

The functions at which a stage begins are replaced by ones that read the clock, each stage less those within it. They
are called a few times a file, so that unlike a tracing profiler this takes no time of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from functools import wraps
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from tests.benchmarks.processes import Cost, as_installed, cost, environment, floor, linting

START, REST = "start", "rest"
SCAN, SYNTAX, GUARD, PARSE = "read, scan, class index", "syntax check of skipped files", "guard", "parse"
OTHERS = "parse of other files"
WALK, EVALUATION, FLOW = "walk and rules", "evaluation", "flow"
POSITIONS = "positions"
STAGES = (START, SCAN, SYNTAX, GUARD, PARSE, WALK, EVALUATION, FLOW, OTHERS, POSITIONS, REST)
UNIT = "LibCST's own parsing"  # of the same files, for comparison
RULES = (WALK, EVALUATION, FLOW)  # all that happens for the rules' sake but reading further files


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("packages", type=Path, nargs="+", metavar="PACKAGE")
    parser.add_argument("--rounds", type=int, default=1)


def main(options: argparse.Namespace) -> int:
    as_installed()
    packages = [folder.resolve() for folder in options.packages]
    rounds = {folder: [measured(folder) for _ in range(options.rounds)] for folder in packages}
    print(f"| stage | {' | '.join(folder.name for folder in packages)} |")
    print(f"|---|{'---|' * len(packages)}")
    for stage in (*STAGES, "sum"):
        cells = []
        for folder in packages:
            seconds = median(spent(costs, stage) for costs in rounds[folder])
            cells.append(f"{seconds:.2f} ({seconds / median(spent(costs, UNIT) for costs in rounds[folder]):.3f})")
        print(f"| {stage} | {' | '.join(cells)} |")
    return 0


def spent(costs: dict[str, Cost], stage: str) -> float:
    """The seconds of a stage, or of all of them."""
    return sum(costs[one].seconds for one in (STAGES if stage == "sum" else (stage,)))


def measured(folder: Path) -> dict[str, Cost]:
    """The CPU seconds of each stage of a cold run over a package, in a process of its own, and those of the UNIT."""
    arguments = linting()[linting().index("check") :]
    command = [sys.executable, "-m", "tests.benchmarks.stages", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} in {folder}:\n{done.stderr}")
    parsing = floor(folder).seconds - cost([sys.executable, "-c", "import libcst"], folder).seconds
    return {UNIT: Cost(parsing), **{stage: Cost(seconds) for stage, seconds in json.loads(done.stdout).items()}}


class Clocks:
    """The time spent in each stage, less what was spent in a stage within it."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float, dict.fromkeys(STAGES, 0.0))
        self._inside: list[tuple[str, float]] = []  # the stages that are under way, with the time of those within them

    def timed(self, function: Callable[..., Any], stage: str, within: str | None = None) -> Callable[..., Any]:
        """The function with a clock; what happens in it during the stage `within` counts as OTHERS."""

        @wraps(function)
        def run(*arguments: Any, **keywords: Any) -> Any:
            name = OTHERS if within is not None and any(outer == within for outer, _ in self._inside) else stage
            self._inside.append((name, 0.0))
            started = time.process_time()
            try:
                return function(*arguments, **keywords)
            finally:
                spent = time.process_time() - started
                _, nested = self._inside.pop()
                self.seconds[name] += spent - nested
                if self._inside:
                    outer, sofar = self._inside[-1]
                    self._inside[-1] = (outer, sofar + spent)

        return run

    def replace(self, function: Callable[..., Any], stage: str, within: str | None = None) -> None:
        """Time a function under every name that it has in the linter."""
        replacement = self.timed(function, stage, within)
        for module in [module for module in sys.modules.values() if _may_hold(module)]:
            for name in [name for name, value in vars(module).items() if value is function]:
                setattr(module, name, replacement)


def _may_hold(module: ModuleType) -> bool:
    return getattr(module, "__name__", "").partition(".")[0] in ("torchmodlint", "libcst")


def run() -> None:
    """The linter with clocks, and what they say as JSON."""
    import libcst as cst

    from torchmodlint.analysis import guard, instances, parsing, positions, scan, walk
    from torchmodlint.analysis.flow import entries
    from torchmodlint.engine import lint
    from torchmodlint.engine.registry import all_rules

    all_rules()
    clocks = Clocks()
    for parser in (parsing.parse_module, cst.parse_module):
        clocks.replace(parser, PARSE, within=WALK)
    for function, stage in (
        (lint.lint, REST),
        (lint.read, SCAN),
        (lint.is_candidate, SCAN),
        (scan.scan, SCAN),
        (lint.syntax_problems, SYNTAX),
        (guard.too_deep, GUARD),
        (walk.walk, WALK),
        (positions.locate, POSITIONS),
        (instances.evaluate_class, EVALUATION),
        (instances.evaluate_function, EVALUATION),
        (instances.evaluate_module, EVALUATION),
        (instances.initialised_by, EVALUATION),
        (instances.methods_of, EVALUATION),
        (entries.follow, FLOW),
    ):
        clocks.replace(function, stage)
    started = clocks.seconds[START] = time.process_time()
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), suppress(SystemExit):
        runpy.run_module("torchmodlint", run_name="__main__", alter_sys=True)
    clocks.seconds[REST] += time.process_time() - started - sum(clocks.seconds[one] for one in STAGES if one != START)
    print(json.dumps(clocks.seconds))


if __name__ == "__main__":
    run()
