"""Where things lie. Imports nothing of the project, so that tests of its layout run when it cannot be imported."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "torchmodlint"
CASES = ROOT / "tests" / "cases"
