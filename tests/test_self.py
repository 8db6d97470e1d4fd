"""The linter on its own source: it must be content with itself, and quick to say so."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.paths import PACKAGE, ROOT


@pytest.mark.thorough
def test_no_findings_in_our_own_code() -> None:
    command = [sys.executable, "-m", "torchmodlint", "check", "--output-format=json", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert (done.returncode, report["findings"], report["errors"]) == (0, [], [])
    assert report["summary"]["files"] >= len(list(PACKAGE.rglob("*.py")))
