from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.asking import verdicts

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch


def test_torch_refuses(tmp_path: Path) -> None:
    source = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self, width):
            self.linear = nn.Linear(width, width)
    """
    ((_, _, verdict),) = verdicts(source, tmp_path, "TML101")
    assert verdict.outcome == "confirmed", verdict
