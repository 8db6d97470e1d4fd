"""A flagged line in a branch: arguments are found with which it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.asking import verdicts

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, dim, flag=False, mode="sum", rate=0.0, depth=1, norm=None):
        super().__init__()
        self.mode = mode
        self.rate = rate
        wanted = flag or rate > 0.9
        self.has_norm = norm is not None
        self.inner = nn.Linear(dim, dim)
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
