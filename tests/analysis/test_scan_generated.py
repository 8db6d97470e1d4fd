"""The outline of generated programs is the one that Python's own parser gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.analysis.reference_outline import reference
from tests.analysis.test_scan import ANY_HEALTH, accepted
from torchmodlint.analysis.scan import Outline, scan

hypothesmith = pytest.importorskip("hypothesmith")


@settings(ANY_HEALTH, max_examples=40)
@given(hypothesmith.from_grammar() | hypothesmith.from_node())
def test_generated_code(text: str) -> None:
    outline = scan(text)
    assert isinstance(outline, Outline)
    assert not accepted(text) or outline == reference(text)
