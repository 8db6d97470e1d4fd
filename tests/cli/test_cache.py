"""Options and commands about what is remembered."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TORCHMODLINT_CACHE_DIR", raising=False)


def test_second_run_says_the_same(here: Path, run: Run) -> None:
    first = run("check", "--verbose")
    assert "remembered: 0 of 2\n" in first.stderr
    assert (here / ".torchmodlint_cache" / "CACHEDIR.TAG").is_file()
    second = run("check", "--verbose")
    assert "remembered: 2 of 2\n" in second.stderr
    assert (second.stdout, second.exit_code) == (first.stdout, first.exit_code)


def test_no_cache_neither_reads_nor_writes(here: Path, run: Run) -> None:
    assert run("check", "--no-cache").exit_code == 1
    assert not (here / ".torchmodlint_cache").exists()
    run("check")
    assert "remembered: 0 of 2\n" in run("check", "--no-cache", "--verbose").stderr
    both = run("check", "--no-cache", "--cache-dir", "x")
    assert both.exit_code == 2
    assert "--no-cache and --cache-dir exclude each other" in both.stderr


def test_place_is_an_option_a_variable_or_a_key(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "torchmodlint.toml").write_text('cache-dir = "by-key"\n')
    run("check")
    monkeypatch.setenv("TORCHMODLINT_CACHE_DIR", "by-variable")
    run("check")
    run("check", "--cache-dir", "by-option")
    for place in ("by-key", "by-variable", "by-option"):
        assert len(list((here / place / "results").iterdir())) == 1, place
    assert not (here / ".torchmodlint_cache").exists()
    assert run("clean").stdout == f"Removed {here / 'by-variable'}\n"
    monkeypatch.delenv("TORCHMODLINT_CACHE_DIR")
    assert run("clean").stdout == f"Removed {here / 'by-key'}\n"
    assert run("clean").stdout == "There is nothing to remove.\n"


def test_place_that_cannot_be_written_is_no_error(here: Path, run: Run) -> None:
    (here / "taken").write_text("a file")
    for _ in range(2):
        result = run("check", "--cache-dir", "taken/below")
        assert result.exit_code == 1
        assert result.stderr == ""


def test_run_without_changes_loads_neither_libcst_nor_pathspec(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("from torch import nn\n\n\nclass Net(nn.Module):\n    pass\n")
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(sorted(m for m in ('libcst', 'torch', 'pathspec') if m in sys.modules)))\n"
        "from torchmodlint.cli import main\n"
        "main(['check'])\n"
    )
    outputs = []
    for _ in range(2):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        outputs.append(done.stdout)
    assert outputs == ["No findings in 1 file.\n['libcst']\n", "No findings in 1 file.\n[]\n"]
