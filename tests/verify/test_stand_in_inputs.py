"""Calls with stand-ins for the inputs, where no inputs get as far as the question is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.asking import verdicts

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

NET = """
import torch
import torch.nn.functional as F
from torch import nn

class Refusing(nn.Module):
    def forward(self, x):
        raise ValueError("not this one")

class Net(nn.Module):
    def __init__(self, rate=0.5):
        super().__init__()
        self.rate = rate
        self.fc = nn.Linear(3, 3)
        self.refusing = Refusing()

    def {name}(self, x, other=None):
        {body}
"""
STRANGE = """if x.seen not in ("in", "out"):
            raise ValueError("what is it?")
        b, c, *rest = x.shape_of(other)
        x = self.refusing(x)
        """


def one(body: str, tmp_path: Path, code: str, name: str = "forward") -> tuple[str, str]:
    (answer,) = verdicts(NET.format(body=body, name=name), tmp_path, code)
    return str(answer[2].outcome), answer[2].message


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("return F.dropout(self.fc(x), self.rate)", "confirmed"),
        ("return F.dropout(self.fc(x[b, :c]), 0.1) * rest", "confirmed"),
        ("return F.dropout(x, p=x.rate)", "inconclusive"),  # a rate of which nothing is known
        ("return F.dropout(x, 0.1, x.training)", "inconclusive"),
        ("return F.dropout(x, 0.0)", "inconclusive"),
        ("raise ValueError\n        return F.dropout(x, 0.1)", "inconclusive"),
    ],
)
def test_what_dropout_is_told(tmp_path: Path, body: str, outcome: str) -> None:
    answers = verdicts(NET.format(body=STRANGE + body, name="forward"), tmp_path, "TML305")
    for _, _, verdict in answers:
        assert verdict.outcome == outcome, verdict
        assert ("stand-ins" in verdict.message) == (outcome == "confirmed")
        assert verdict.repro is None  # nobody can write such a call down
    assert answers or outcome == "inconclusive"


@pytest.mark.parametrize(
    "before",
    [
        "if isinstance(x, torch.Tensor):\n            return x",
        "if not isinstance(x, (list, torch.Tensor)):\n            raise TypeError",
        "if len(x.shape) < 3:\n            raise ValueError",
        "print(f'{x.shape[0]:>3}')",
        "x = picky(x)",
        "x = self.moody(self.moody(x))",
        "self.untouched(x)",
    ],
)
def test_what_is_asked_of_one_on_the_way(tmp_path: Path, before: str) -> None:
    others = """

class Moody(nn.Module):
    def forward(self, x):
        while x.more:  # which has no end, and no bearing on the module that is entered
            x = x.rest
        return x

def picky(x):
    raise ValueError(x)
"""
    body = f"{STRANGE}{before}\n        return F.dropout(x, self.rate)\n"
    method = "\n    def untouched(self, x):\n        raise RuntimeError(x)\n"
    source = NET.format(body=body + method, name="forward").replace(
        "self.fc = ", "self.moody = Moody()\n        self.fc = "
    )
    ((_, _, verdict),) = verdicts(source + others, tmp_path, "TML305")
    assert verdict.outcome == "confirmed", verdict


@pytest.mark.parametrize("guard", ["self.unwritten(x)", "unwritten(x)"])
def test_what_is_not_implemented_is_not_passed(tmp_path: Path, guard: str) -> None:
    body = f"{STRANGE}{guard}\n        return F.dropout(x, self.rate)\n"
    body += "\n    def unwritten(self, x):\n        raise NotImplementedError\n"
    more = "\ndef unwritten(x):\n    raise NotImplementedError\n"
    ((_, _, verdict),) = verdicts(NET.format(body=body, name="forward") + more, tmp_path, "TML305")
    assert verdict.outcome == "inconclusive", verdict


@pytest.mark.parametrize(
    "config",
    ["SimpleNamespace(rate=0.0)", "Config()", "{'rate': 0.0}"],
)
def test_rates_of_a_configuration(tmp_path: Path, config: str) -> None:
    read = "config['rate']" if config.startswith("{") else "config.rate"
    source = f"""
    from types import SimpleNamespace
    import torch.nn.functional as F
    from torch import nn

    class Config:
        def __init__(self, width=3, rate=0):
            self.width, self.rate = width, rate

    # torchmodlint: example Net({config})
    class Net(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.rate = {read}

        def forward(self, x):
            return F.dropout(x, self.rate)
    """
    ((_, _, verdict),) = verdicts(source, tmp_path, "TML305")
    assert verdict.outcome == "confirmed", verdict
    assert "a rate of 0.5" in verdict.message


def test_method_that_is_called_from_outside(tmp_path: Path) -> None:
    body = "return self.fc(x)\n\n    def encode(self, x):\n        return F.dropout(self.fc(x), self.rate)"
    outcome, told = one(body, tmp_path, "TML305")
    assert outcome == "confirmed", told
    assert "`encode` is called" in told


def test_method_that_is_called_under_a_condition(tmp_path: Path) -> None:
    body = "return self.drop(x) if x is self else x"
    more = "\n\n    def drop(self, x):\n        return F.dropout(x, self.rate)"
    assert one(body + more, tmp_path, "TML305")[0] == "inconclusive"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("return self.fc(x)", "confirmed"),
        ("return rest", "confirmed"),
        ("return super().__call__(x)", "inconclusive"),
        ("return super().__call__(x) if x.whole else x", "inconclusive"),
        ("raise ValueError", "inconclusive"),
    ],
)
def test_hooks_of_an_own_call(tmp_path: Path, body: str, outcome: str) -> None:
    for _, _, verdict in verdicts(NET.format(body=STRANGE + body, name="__call__"), tmp_path, "TML202"):
        assert verdict.outcome == outcome, verdict


@pytest.mark.parametrize(
    "use", ["x[x]", "torch.zeros(x)", "torch.cat([x, x])", "torch.cat(x, 1)", "self.fc.weight[x:, x]", "[*x]", "x()"]
)
def test_nothing_that_is_done_with_one_crashes(tmp_path: Path, use: str) -> None:
    body = f"x = x.unknown\n        {use}\n        with x as y:\n            y += 1\n        return F.dropout(y)"
    assert one(body, tmp_path, "TML305")[0] == "confirmed"
