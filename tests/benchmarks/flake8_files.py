"""What the flake8 plugin takes for a file that does not pass the prefilter.

`python -m tests.benchmarks.flake8_files ARGUMENT...` is flake8 with a clock around the plugin; it prints the CPU
seconds of each file as JSON, instead of what flake8 found.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from statistics import mean, median, quantiles
from tempfile import TemporaryDirectory

from tests.benchmarks.processes import Cost, environment, passed

FIRST, MEDIAN, MEAN, MOST = "first", "median", "mean", "90th percentile"


def measured(folder: Path) -> dict[str, Cost]:
    """Median, mean and 90th percentile of the files of a package that do not pass; empty files are left out.

    The first, for which everything is imported, stands apart.
    """
    skipped = [path for path in set(folder.rglob("*.py")) - set(passed(folder)) if path.stat().st_size]
    names = sorted(path.relative_to(folder).as_posix() for path in skipped)
    command = [sys.executable, "-m", "tests.benchmarks.flake8_files", "--isolated", "--jobs", "1", *names]
    with TemporaryDirectory() as empty:
        variables = environment(cache=empty)  # as if it had never run before
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"flake8 in {folder}: {done.stderr}")
    first, *seconds = json.loads(done.stdout)
    found = {FIRST: first, MEDIAN: median(seconds), MEAN: mean(seconds), MOST: quantiles(seconds, n=10)[-1]}
    return {name: Cost(value) for name, value in found.items()}


def main(arguments: list[str]) -> None:
    from flake8.main.cli import main as flake8

    from torchmodlint.flake8_plugin import Plugin

    seconds = []
    run = Plugin.run

    def timed(self: Plugin) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        started = time.process_time()
        found = list(run(self))
        seconds.append(time.process_time() - started)
        return iter(found)

    Plugin.run = timed  # type: ignore[method-assign]
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        flake8(arguments)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
