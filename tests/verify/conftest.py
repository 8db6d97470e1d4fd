"""Fixtures of the tests of the verifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.building import same_process
from tests.verify.called import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def same_interpreter() -> Iterator[None]:
    """For tests that import the user's files in this process: it is afterwards as it was before."""
    with same_process():
        yield


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks called functions only, in a project of its own."""
    return Ask(tmp_path, monkeypatch)
