"""The same files give the same output, whatever the hash seed, the order of files, or the number of processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.paths import CASES, ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("determinism")
    shutil.copytree(CASES, base / "cases", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "examples", base / "examples")
    return base


def _output(folder: Path, seed: str, *arguments: str) -> str:
    command = [sys.executable, "-m", "torchmodlint", "check", "--output-format=json", *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout


def test_hash_seed(folder: Path) -> None:
    assert len({_output(folder, seed, "-j1", ".") for seed in ("0", "1", "2")}) == 1


def test_processes(folder: Path) -> None:
    """Enough files that a pool is worth it."""
    padding = "# padding\n" * 20_000
    for number in range(8):
        copied = folder / "many" / f"copy_{number}"
        shutil.copytree(ROOT / "examples", copied)
        file = copied / "pitfalls.py"
        file.write_text(file.read_text("utf-8") + padding, encoding="utf-8")
    try:
        outputs = {_output(folder, "0", f"-j{processes}", ".") for processes in (1, 2, 3)}
    finally:
        shutil.rmtree(folder / "many")
    assert len(outputs) == 1


def test_order_of_paths(folder: Path) -> None:
    paths = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.py"))]
    assert _output(folder, "0", "-j1", *paths) == _output(folder, "0", "-j1", *reversed(paths))


def test_one_file_at_a_time(folder: Path) -> None:
    """What a file gives does not depend on which others were passed: pre-commit splits its list of files."""
    import json

    whole = json.loads(_output(folder, "0", "-j1", "."))["findings"]
    for path in sorted({finding["path"] for finding in whole})[:12]:
        alone = json.loads(_output(folder, "0", "-j1", "--isolated", path))["findings"]
        assert alone == [finding for finding in whole if finding["path"] == path]
