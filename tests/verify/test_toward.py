"""A flagged line in a branch: arguments are found with which it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.asking import verdicts
from tests.verify.by_hand import answer_by_hand

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

NET = """
import torch
from torch import nn

def exists(value):
    return value is not None

class Net(nn.Module):
    def __init__(self, dim, flag=False, mode="sum", rate=0.0, depth=1, norm=None):
        super().__init__()
        self.mode = mode
        self.rate = rate
        wanted = flag or rate > 0.9
        self.has_norm = norm is not None
        self.inner = nn.Linear(dim, dim)
        self.outer: nn.Module | None = nn.ReLU() if flag else None
        if norm == "batch":
            self.norm = nn.ReLU()
        outer = self.outer
        {condition}
            self.layers = [nn.Linear(dim, dim)]

    def forward(self, x):
        return self.inner(x)
"""


@pytest.mark.parametrize(
    ("condition", "argument"),
    [
        ("if flag:", "flag=True"),
        ("if not flag:", ""),
        ("if wanted:", "flag=True"),
        ("if self.mode == 'cat':", "mode='cat'"),
        ("if mode != 'sum':", "mode=None"),
        ("if mode in ('a', 'b') and norm:", "mode='a', norm=True"),
        ("if self.has_norm:", "norm=True"),
        ("if rate > 0:", "rate=0.5"),
        ("if depth >= 3:", "depth=4"),
        ("if depth % 4 == 2:", "depth=2"),
        ("if (depth % 4 == 3 and dim) or norm:", "depth=3"),
        ("if exists(norm):", "norm=True"),
        ("if self.outer is not None:", "flag=True"),
        ("if outer:", "flag=True"),
        ("if hasattr(self, 'norm') and self.norm is not None:", "norm='batch'"),
        ("if mode == 'cat' and norm is None:\n            pass\n        if mode != 'sum':", "mode='cat'"),
        ("if isinstance(norm, tuple):", "norm=(4, 4, 4)"),
        ("if mode == 'sum':\n            pass\n        else:", "mode=None"),
        ("if mode == 'sum':\n            return\n        if True:", "mode=None"),
    ],
)
def test_conditions(tmp_path: Path, condition: str, argument: str) -> None:
    ((_, _, verdict),) = verdicts(NET.format(condition=condition), tmp_path, "TML113")
    assert verdict.outcome == "confirmed", verdict
    assert verdict.built is not None
    assert argument in verdict.built


def test_what_is_wanted_beside_it_is_mended(tmp_path: Path) -> None:
    condition = "if flag:\n            assert norm is not None, 'norm must be given'\n        if flag:"
    ((_, _, verdict),) = verdicts(NET.format(condition=condition), tmp_path, "TML113")
    assert verdict.outcome == "confirmed", verdict
    assert verdict.built is not None
    assert "flag=True" in verdict.built
    assert "norm=" in verdict.built


def test_what_holds_already_is_left_alone(tmp_path: Path) -> None:
    refused = "if mode != 'sum' or rate > 0.5:\n            raise ValueError"
    condition = f"{refused}\n        if flag:"
    ((_, _, verdict),) = verdicts(NET.format(condition=condition), tmp_path, "TML113")
    assert verdict.outcome == "confirmed", verdict
    assert verdict.built is not None
    assert "mode=" not in verdict.built
    assert "rate=" not in verdict.built


def test_a_condition_on_something_else(tmp_path: Path) -> None:
    ((_, _, verdict),) = verdicts(NET.format(condition="if torch.rand(()) > 5:"), tmp_path, "TML113")
    assert (verdict.outcome, verdict.reason) == ("inconclusive", "unreached-line")


def test_the_users_own_example_is_not_changed(tmp_path: Path) -> None:
    source = NET.format(condition="if flag:").replace("class Net", "# torchmodlint: example Net(dim=8)\nclass Net")
    ((_, _, verdict),) = verdicts(source, tmp_path, "TML113")
    assert (verdict.outcome, verdict.reason) == ("inconclusive", "unreached-line")
    assert verdict.built is not None
    assert "Net(dim=8)" in verdict.built


def test_a_container_with_more_than_one_place(tmp_path: Path) -> None:
    source = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self, dim, depth=1):
            super().__init__()
            self.layers = nn.Sequential(*[nn.Linear(dim, dim)] * depth)
    """
    ((_, _, verdict),) = verdicts(source, tmp_path, "TML116")
    assert verdict.outcome == "confirmed", verdict
    assert "3 positions" in verdict.message


def test_as_many_places_as_something_is_long(tmp_path: Path) -> None:
    source = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self, dim, tokens=(4,)):
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(dim, dim)] * len(tokens))
    """
    ((_, _, verdict),) = verdicts(source, tmp_path, "TML116")
    assert verdict.outcome == "confirmed", verdict


def test_a_line_that_inputs_fail_before(tmp_path: Path) -> None:
    source = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self, dims=2):
            super().__init__()
            self.dims = dims
            self.inner = nn.Linear(8, 8)

        def forward(self, x):
            if self.dims == 2:
                raise ValueError(x)
            return self.inner.forward(x)
    """
    ((_, _, verdict),) = verdicts(source, tmp_path, "TML201")
    assert verdict.outcome == "confirmed", verdict


def test_a_condition_in_forward(tmp_path: Path) -> None:
    source = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self, dim=8, mode="sum"):
            super().__init__()
            self.mode = mode
            self.inner = nn.Linear(dim, dim)

        def forward(self, x):
            if self.mode == "max":
                return x
            return self.inner.forward(x) if self.mode == "direct" else x
    """
    ((_, _, verdict),) = verdicts(source, tmp_path, "TML201")
    assert verdict.outcome == "confirmed", verdict


def test_other_arguments_refute_nothing_where_inputs_fail(tmp_path: Path) -> None:
    """With the first arguments the line may run too, for inputs that were not found."""
    source = """
    from torch import nn

    class Plain:
        def forward(self, x):
            return x

    class Net(nn.Module):
        def __init__(self, dims=2):
            super().__init__()
            self.dims = dims
            self.inner = nn.Linear(8, 8) if dims == 2 else Plain()

        def forward(self, x):
            if self.dims == 2:
                raise ValueError(x)
            return self.inner.forward(x)  # here
    """
    verdict = answer_by_hand(source, tmp_path, "TML201", "Net", None, "forward")
    assert (verdict.outcome, verdict.reason) == ("inconclusive", "forward-failed"), verdict
