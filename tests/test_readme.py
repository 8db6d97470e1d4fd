"""The README keeps its promises: two commands that set everything up, and output that is really printed."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.paths import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_first_command_lints_the_shipped_example() -> None:
    lint = _blocks("sh")[0]
    assert "python3 -m venv" in lint
    assert "check examples/pitfalls.py || test $? -eq 1" in lint
    assert (ROOT / "examples" / "pitfalls.py").is_file()


def test_second_command_runs_the_tests() -> None:
    lines = _blocks("sh")[1].splitlines()
    assert "python3 -m venv" in lines[0]
    assert "'.[dev]'" in lines[1]
    assert lines[-1].endswith("-m pytest"), "the suite's closing line must be the last one printed"


def test_shown_findings_are_those_of_the_example() -> None:
    command = [sys.executable, "-m", "torchmodlint", "check", "--output-format=concise", "-q", "examples/pitfalls.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert _blocks("text")[0].split() == done.stdout.split()
