"""Fixtures of the tests of the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

import torchmodlint.engine.present as present_module
from tests.engine.remembering import FILES, write


@pytest.fixture
def quick_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system whose clock is exact, so that what was just written counts as settled."""
    monkeypatch.setattr(present_module, "SETTLED", 0)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project of `remembering`, in a folder of its own."""
    root = tmp_path / "project"
    write(root, FILES)
    return root
