"""What really happens when a program runs is among what the flow says may happen."""

from __future__ import annotations

from collections import defaultdict

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings

from tests.analysis.flow_programs import observed, program, suites
from tests.analysis.flows import uses_from

UNKNOWN = "unknown"


def _predicted(text: str) -> dict[int, tuple[set[str], set[str]]]:
    """By the number of the call, the modes and the states of gradients that the flow has found."""
    found: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for use in uses_from("f", text):
        if use.node.args and isinstance(number := use.node.args[0].value, cst.Integer):
            modes, grads = found[number.evaluated_value]
            modes.update(setting.kind for setting in use.settings)
            grads.update(grad.kind for grad in use.grads)
    return found


@pytest.mark.thorough
@given(suites())
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
def test_what_happens_was_foreseen(lines: list[str]) -> None:
    text = program(lines)
    predicted = _predicted(text)
    for tag, told in observed(text, 40).items():
        modes, grads = predicted[tag]
        for mode, grad in told:
            assert mode in modes or UNKNOWN in modes, f"call {tag} in mode {mode}, not {modes}\n{text}"
            assert grad in grads or UNKNOWN in grads, f"call {tag} with gradients {grad}, not {grads}\n{text}"
