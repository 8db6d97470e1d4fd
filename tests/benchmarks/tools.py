"""The tools that are compared: their commands, which lint the working directory in one process, and their versions."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.processes import linting
from torchmodlint import __version__

LINTER, TORCHFIX = "torchmodlint", "TorchFix"
FLAKE8, FLAKE8_LINTER = "flake8", "flake8 + torchmodlint"
RUFF = "ruff"
TOOLS = (LINTER, RUFF, FLAKE8, FLAKE8_LINTER, TORCHFIX)

_FLAKE8 = ["--isolated", "--jobs", "1", "."]


def commands(torchfix: str | None) -> dict[str, list[str]]:
    """The tools that are here; `torchfix` is the interpreter of its environment."""
    found = {
        LINTER: linting(),
        FLAKE8: [sys.executable, "-m", "tests.benchmarks.flake8_alone", *_FLAKE8],
        FLAKE8_LINTER: [sys.executable, "-m", "flake8", *_FLAKE8],
    }
    ruff = shutil.which("ruff", path=os.path.dirname(sys.executable))
    if ruff:
        found[RUFF] = [ruff, "check", "--isolated", "--no-cache", "--quiet", "."]
    if torchfix:
        found[TORCHFIX] = [torchfix, "-m", "torchfix", "--select", "ALL", "-j", "1", "."]
    return found


def versions(folders: Iterable[Path], torchfix: str | None) -> dict[str, str]:
    """Of everything that runs and of every package, as far as its files tell."""
    processors = os.cpu_count()
    found = {
        "Python": f"{platform.python_version()} on {platform.system()} {platform.machine()}, {processors} processors",
        LINTER: __version__,
        **{name: version(name) for name in ("libcst", RUFF, FLAKE8)},
        **{folder.name: _version_of(folder) for folder in folders},
    }
    if torchfix:
        script = "from importlib.metadata import version as v; print(v('torchfix'), 'with LibCST', v('libcst'))"
        found[TORCHFIX] = subprocess.run(
            [torchfix, "-c", script], capture_output=True, text=True, check=True
        ).stdout.strip()
    return found


def _version_of(folder: Path) -> str:
    """By the metadata beside the package, else by the name of the folder around it."""
    told = [path.name for path in folder.parent.glob(f"{folder.name}-*.dist-info")] or [folder.parent.name]
    return told[0].removesuffix(".dist-info").rpartition("-")[2]
