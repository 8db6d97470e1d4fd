"""What a process costs, and the commands whose cost is asked."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from compileall import compile_dir
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from tests.paths import ROOT
from torchmodlint.core.exits import CLEAN, FAILED, FINDINGS

PARSING = [sys.executable, "-m", "tests.benchmarks.floor"]


@dataclass(frozen=True)
class Cost:
    """What one process took, its children included: user and system time, time on the clock, most memory held."""

    seconds: float
    wall: float = 0.0
    megabytes: float = 0.0


def cost(command: Sequence[str], folder: Path, given: str = "", tree: Path = ROOT, cached: bool = False) -> Cost:
    """Run a command in `folder` with the linter of the checkout `tree`, and `given` on its standard input.

    It remembers nothing of earlier runs, unless it is `cached`: flake8 has no option for that.
    """
    with TemporaryDirectory() as empty, TemporaryFile("w+") as lines, TemporaryFile("w+") as errors:
        variables = environment(tree, None if cached else empty)
        lines.write(given)
        lines.seek(0)
        started = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdin=lines, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read()
        # With a file that has a syntax error it has failed, too; but not so if it was started in a wrong way.
        if process.returncode not in (CLEAN, FINDINGS, FAILED) or said.startswith("Usage:"):
            words = f"{' '.join(command)} in {folder}: exit code {process.returncode}"
            raise SystemExit("\n".join([words, *said.splitlines()[-5:]]))
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def environment(tree: Path = ROOT, cache: str | None = None) -> dict[str, str]:
    """The variables with which the linter of a checkout is found, and the package that it lints is not imported."""
    remembering = {"TORCHMODLINT_CACHE_DIR": cache} if cache is not None else {}
    return {**os.environ, "PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1", **remembering}


def linting(*more: str, processes: int = 1, cached: bool = False, tree: Path = ROOT) -> list[str]:
    """The command that lints the working directory, anew each time unless it is `cached`."""
    command = [sys.executable, "-m", "torchmodlint", "check", ".", "--isolated", "--quiet", "-j", str(processes)]
    return [*command, *(["--no-cache"] if not cached and _remembers(tree) else []), *more]


@lru_cache
def _remembers(tree: Path) -> bool:
    """Does a run of this checkout remember findings? An old one does not, and refuses to be told not to."""
    command = [sys.executable, "-m", "torchmodlint", "check", "--no-cache"]
    with TemporaryDirectory() as empty:
        return subprocess.run(command, cwd=empty, env=environment(tree), stderr=subprocess.DEVNULL).returncode == CLEAN


def as_installed(tree: Path = ROOT) -> None:
    """Compile a checkout, as LibCST is, and as an installation leaves it."""
    compile_dir(tree / "torchmodlint", quiet=1)


@lru_cache
def passed(folder: Path) -> tuple[Path, ...]:
    """The files of a folder that the prefilter passes."""
    command = [*PARSING, "--passed", str(folder)]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(Path(line) for line in shown.splitlines())


def floor(folder: Path) -> Cost:
    """What parsing alone costs: the files of `folder` that the prefilter passes."""
    return cost(PARSING, ROOT, "".join(f"{path}\n" for path in passed(folder)))
