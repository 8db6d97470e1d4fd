"""TML201 and TML202: calls that pass the hooks by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.by_hand import answer_by_hand

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

NET = """
    import torch
    from torch import nn

    class Plain:
        def forward(self, x):
            return x

    class Calling(nn.Linear):
        def forward(self, x, again=True):
            return self(x, False) if again else super().forward(x)

    class Broken(nn.Module):
        def forward(self, x):
            raise RuntimeError("inside")

    class Net(nn.Module):
        def __init__(self{arguments}):
            super().__init__()
            self.proj = nn.Linear(16, 16)
            self.norm = nn.utils.parametrizations.weight_norm(nn.Linear(16, 16))
            self.calling = Calling(16, 16)
            self.broken = Broken()
            self.layers = nn.ModuleList([nn.Linear(16, 16) for _ in range(3)])
            self.plain = Plain()
            {more}

        def forward(self, x, deep=False):
            {body}

        def encode(self, x):
            return self.proj.forward(x){mark}
"""


def net(body: str, more: str = "pass", arguments: str = "", mark: str = "") -> str:
    return NET.format(
        body="\n            ".join(body.split("\n")), more=more, arguments=arguments and f", {arguments}", mark=mark
    )


@pytest.mark.parametrize(
    ("body", "outcome", "text"),
    [
        ("return self.proj.forward(x)  # here", "confirmed", "the forward of 1 nn.Linear runs on line"),
        ("for layer in self.layers:\n    x = layer.forward(x)  # here\nreturn x", "confirmed", "(3 calls)"),
        ("return [(lambda y: self.proj.forward(y))(x)]  # here", "confirmed", "(1 call)"),
        ("return self.norm.forward(x)  # here", "confirmed", "does not fire"),
        ("x = self.proj.forward(x)  # here\nraise RuntimeError", "confirmed", "does not fire"),
        ("return self.calling.forward(x)  # here", "inconclusive", "calls itself during the call"),
        ("return self.plain.forward(x)  # here", "refuted", "a Plain and no nn.Module"),
        ("return self.given.forward(x)  # here", "inconclusive", "passed in"),
        ("if deep:\n    return self.proj.forward(x)  # here\nreturn x", "confirmed", "stand-ins for its inputs"),
        ("if deep is x:\n    return self.plain.forward(x)  # here\nreturn x", "inconclusive", "does not run"),
        ("if x is self:\n    return self.proj.forward(x)  # here\nreturn x", "inconclusive", "does not run"),
        ("raise RuntimeError('before')\nreturn self.proj.forward(x)  # here", "inconclusive", "not reached"),
        ("return self.broken.forward(x)  # here", "inconclusive", "not reached"),
        ("return self.proj.forward(x.sum())  # here", "confirmed", "does not fire"),
    ],
)
def test_direct_calls_of_forward(tmp_path: Path, body: str, outcome: str, text: str) -> None:
    source = net(body, "self.given = given", "given: nn.Module") if "given" in body else net(body)
    verdict = answer_by_hand(source, tmp_path, "TML201", "Net", None, "forward")
    assert verdict.outcome == outcome, verdict
    assert text in verdict.message


def test_receiver_of_a_missing_library(tmp_path: Path) -> None:
    source = """
    from torch import nn
    from transformers.models_that_nobody_has import Unknown

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = Unknown.from_pretrained("base")

        def forward(self, x):
            return self.model.forward(x)  # here
    """
    verdict = answer_by_hand(source, tmp_path, "TML201", "Net", None, "forward")
    assert (verdict.outcome, verdict.reason) == ("inconclusive", "stub-dependent"), verdict


def test_call_in_another_method(tmp_path: Path) -> None:
    verdict = answer_by_hand(net("return x", mark="  # here"), tmp_path, "TML201", "Net", None, "encode")
    assert verdict.outcome == "confirmed", verdict


def test_call_in_a_method_that_takes_something_else(tmp_path: Path) -> None:
    source = net("return x").replace("def encode(self, x):", "def encode(self, first, second, /):")
    source = source.replace("self.proj.forward(x)", "self.proj.forward(first.both(second))  # here")
    verdict = answer_by_hand(source, tmp_path, "TML201", "Net", None, "encode")
    assert verdict.outcome == "confirmed", verdict
    assert "`encode`, called with stand-ins" in verdict.message


def test_call_is_put_back(tmp_path: Path) -> None:
    """Two questions in a row about one class see the same code."""
    from tests.verify.by_hand import answers_to, dedented, questions_about

    text = dedented(net("x = self.proj.forward(x)\nreturn self.layers[0].forward(x)"))
    asked = [one for one in questions_about(text, "TML201", {None}) if one.owner == "Net" and one.function == "forward"]
    told = answers_to(text, tmp_path, [one for one in asked if one.end_column - one.column > 12])
    assert [one.outcome.value for one in told].count("confirmed") >= 2
    assert all(one.reason != "crashed" for one in told), told


CALLED = """
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.proj = nn.Linear(16, 16)

        def forward(self, x):
            return self.proj(x)

        {method}

    def later(module, x):
        return nn.Module.__call__(module, x)
"""


LATE = """

        def late(self, x):
            return super().__call__(x + "what fails")"""


@pytest.mark.parametrize(
    ("method", "outcome"),
    [
        ("def __call__(self, x):  # here\n            return self.proj(x)", "confirmed"),
        ("def __call__(self, x):  # here\n            return self.forward(x)", "confirmed"),
        ("def __call__(self, x):  # here\n            self.forward(x)\n            raise RuntimeError", "confirmed"),
        ("def __call__(self, x):  # here\n            return super().__call__(x)", "refuted"),
        ("def __call__(self, x):  # here\n            return self._call_impl(x)", "refuted"),
        ("def __call__(self, x):  # here\n            raise RuntimeError", "inconclusive"),
        ("def __call__(self, x):  # here\n            raise RuntimeError(self.proj(x))", "confirmed"),
        ("def __call__(self, x):  # here\n            return self.late(self.proj(x))" + LATE, "inconclusive"),
        ("def __call__(self, x):  # here\n            raise RuntimeError(self.proj(x), later)", "inconclusive"),
        ("async def __call__(self, x):  # here\n            return x", "inconclusive"),
        ("__call__ = forward  # here", "confirmed"),
        ("run = forward  # here", "inconclusive"),
    ],
)
def test_own_call(tmp_path: Path, method: str, outcome: str) -> None:
    verdict = answer_by_hand(CALLED.format(method=method), tmp_path, "TML202", "Net", None, "__call__")
    assert verdict.outcome == outcome, verdict
    assert verdict.reason != "crashed"
