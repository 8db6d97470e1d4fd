"""The README keeps its promises: two commands that set everything up, and output that is really printed."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.paths import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_first_command_verifies_the_shipped_example() -> None:
    lint = _blocks("sh")[0]
    assert "python3 -m venv" in lint
    assert "torch==2.13.0" in lint
    assert "check --verify examples/pitfalls.py || test $? -eq 1" in lint
    assert (ROOT / "examples" / "pitfalls.py").is_file()


def test_second_command_runs_the_tests() -> None:
    lines = _blocks("sh")[1].splitlines()
    assert "python3 -m venv" in lines[0]
    assert "'.[dev]'" in lines[1]
    assert lines[-1].endswith("-m pytest"), "the suite's closing line must be the last one printed"


def _check(*options: str) -> str:
    command = [sys.executable, "-m", "torchmodlint", "check", "-q", *options, "examples/pitfalls.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout


def test_shown_findings_are_those_of_the_example() -> None:
    shown = [line for line in _blocks("text")[0].splitlines() if not line.startswith(" ")]
    assert shown == _check("--output-format=concise").splitlines()


@pytest.mark.torch
def test_shown_verdicts_are_those_of_the_example() -> None:
    """The numbers of random values may differ a little where torch's kernels do."""
    verified = _check("--verify", "--python", sys.executable, "--no-cache", "--no-show-source")
    assert _without_fractions(_blocks("text")[0]) == _without_fractions(verified)


def _without_fractions(text: str) -> list[str]:
    return re.sub(r"\d+(\.\d+|%)", "0", text).rstrip().splitlines()
