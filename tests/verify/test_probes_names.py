"""TML116 to TML121: what stands twice, what a name refuses, and what a class body keeps from its instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.asking import verdicts
from tests.verify.by_hand import asked, net

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

INNER = """
    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            {0}

    class Net"""


BLOCK = "block = linear()\n"


@pytest.mark.parametrize(
    ("line", "outcome", "text"),
    [
        (
            "self.w = nn.ModuleList([linear()] * depth)",
            "confirmed",
            "3 positions hold one nn.Linear: 2 tensors instead of 6",
        ),
        ("self.w = nn.Sequential(*[block for _ in range(depth)])", "confirmed", "3 positions"),
        ("self.w = nn.Sequential(*(block for _ in range(depth)))", "confirmed", "3 positions"),
        ("self.w = nn.Sequential(linear()) * 2", "confirmed", "2 positions"),
        ("self.w = nn.ModuleList([linear()] * (depth - 2))", "inconclusive", "one place at most"),
        ("self.w = nn.ModuleList([linear()] * (depth - 3))", "inconclusive", "one place at most"),
        ("self.w = nn.ModuleList([linear() for _ in range(depth)])", "refuted", "3 modules, all of them distinct"),
        ("made = [block] * depth", "inconclusive", "no module with weights"),
        ("self.w = nn.ModuleList([nn.ReLU()] * depth)", "inconclusive", "no module with weights"),
        ("self.w = [block] * depth", "confirmed", "3 positions"),
        ("self.w = nn.ModuleList([given] * depth)", "inconclusive", "passed in"),
        ("self.w = (lambda: nn.ModuleList([linear()] * depth))()", "confirmed", "3 positions"),
        ("self.w = 3 * depth", "inconclusive", "one place at most"),
    ],
)
def test_repeated_modules(tmp_path: Path, line: str, outcome: str, text: str) -> None:
    source = net(f"{BLOCK}{line}  # here", "given: nn.Module, depth=3")
    found, _, message = asked(source, tmp_path, "TML116", None)
    assert found == outcome, message
    assert text in message


def test_repetition_in_a_branch_not_taken(tmp_path: Path) -> None:
    body = "if torch.rand(()) > 5:\n    self.w = nn.ModuleList([linear()] * depth)  # here"
    assert asked(net(body), tmp_path, "TML116", None)[:2] == ("inconclusive", "unreached-line")


def test_repetition_under_a_decorator(tmp_path: Path) -> None:
    source = """
    import functools
    from torch import nn

    def traced(function):
        @functools.wraps(function)
        def run(*args, **kwargs):
            return function(*args, **kwargs)
        return run

    class Net(nn.Module):
        @traced
        def __init__(self, width=4):
            super().__init__()
            self.w = nn.ModuleList([nn.Linear(width, width)] * 2)
    """
    ((_, _, verdict),) = verdicts(source, tmp_path, "TML116")
    assert verdict.outcome == "confirmed", verdict


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("self.w = None\nself.register_parameter('w', nn.Parameter(torch.ones(2)))  # here", "confirmed"),
        ("self.register_buffer('w', torch.ones(2))  # here", "refuted"),
        ("self.w = None\nself.register_buffer('v', torch.ones(2))  # here", "inconclusive"),
        ("self.w = None\nself.v = Inner()  # here", "inconclusive"),
        ("self.w = None\nself.v = {}['w']  # here", "inconclusive"),
        ("if torch.rand(()) > 5:\n    self.register_buffer('w', torch.ones(2))  # here", "inconclusive"),
    ],
)
def test_registering_over_an_attribute(tmp_path: Path, body: str, outcome: str) -> None:
    inner = INNER.format("self.w = 1; self.register_buffer('w', torch.ones(2))")
    found, _, message = asked(net(body).replace("    class Net", inner), tmp_path, "TML120")
    assert found == outcome, message


CLASS = """
    import torch
    from torch import nn

    class Net(nn.Module):
        w = {value}  # here

        def __init__(self):
            super().__init__()
            self.own = nn.Linear(2, 2)
            {body}
"""


@pytest.mark.parametrize(
    ("value", "body", "outcome"),
    [
        ("nn.Linear(2, 2)", "pass", "confirmed"),
        ("[nn.Linear(2, 2)]", "pass", "confirmed"),
        ("nn.Parameter(torch.ones(2))", "pass", "confirmed"),
        ("nn.Dropout()", "pass", "confirmed"),
        ("nn.ReLU()", "pass", "inconclusive"),
        ("None", "pass", "inconclusive"),
        ("nn.Linear(2, 2)", "self.w = nn.Linear(2, 2)", "refuted"),
        ("nn.Linear(2, 2)", "self.add_module('v', type(self).w)", "refuted"),
    ],
)
def test_modules_in_the_class_body(tmp_path: Path, value: str, body: str, outcome: str) -> None:
    found, _, message = asked(CLASS.format(value=value, body=body), tmp_path, "TML121")
    assert found == outcome, message


def test_numbers_of_a_module_in_the_class_body(tmp_path: Path) -> None:
    message = asked(CLASS.format(value="nn.Linear(2, 2)", body="pass"), tmp_path, "TML121")[2]
    assert message == (
        "`w` of the class (1 nn.Linear) is registered on no object; 2 of 4 parameters are invisible to an optimizer; "
        'after .to("meta") 2 tensors of it are still on cpu; two objects share it'
    )
