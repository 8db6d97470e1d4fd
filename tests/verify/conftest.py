"""Fixtures of the tests of the verifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.building import same_process

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def same_interpreter() -> Iterator[None]:
    """For tests that import the user's files in this process: it is afterwards as it was before."""
    with same_process():
        yield
