"""TML113 to TML115: what plain containers keep from being registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.by_hand import answer_by_hand, asked, net

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

LIST = "self.w = [linear() for _ in range(depth)]  # here"


def test_numbers_of_hidden_modules(tmp_path: Path) -> None:
    source = net(f"self.proj = nn.Linear(2, 2)\n{LIST}\nself.w.append(nn.Dropout())")
    verdict = answer_by_hand(source, tmp_path, "TML113", "Net", "w")
    assert verdict.outcome == "confirmed"
    assert verdict.evidence == {
        "held": 4,
        "unregistered": 4,
        "parameters_hidden": 6,
        "parameters": 8,
        "left_behind": 6,
        "still_training": 1,
    }
    assert verdict.message == (
        "`w` holds 3 nn.Linear and 1 nn.Dropout, none of them in modules(): 6 of 8 parameters are invisible to "
        'an optimizer, after .to("meta") 6 tensors are still on cpu and after eval() 1 nn.Dropout is still in '
        "training mode"
    )


@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        (f"{LIST}\nself.w = nn.ModuleList(self.w)", "refuted", "not-observed"),
        (f"{LIST}\nself.other = nn.Sequential(*self.w)", "refuted", "not-observed"),
        (f"{LIST}\nfor at, one in enumerate(self.w):\n    self.add_module(str(at), one)", "refuted", "not-observed"),
        (f"{LIST}\nself.first = self.w[0]", "confirmed", "observed"),
        (f"{LIST}\nself.w = None", "inconclusive", "unreached-line"),
        (f"{LIST}\nself.other = self.w\nself.w = None", "confirmed", "observed"),
        ("self.w = []  # here\nfor _ in range(depth):\n    self.w.append(linear())", "confirmed", "observed"),
        ("self.w = []  # here", "inconclusive", "synthetic-value"),
        ("self.w = {'a': [(linear(),)]}  # here", "confirmed", "observed"),
        ("self.w = collections.deque([linear()])  # here", "confirmed", "observed"),
        ("self.w = collections.OrderedDict(a=linear())  # here", "confirmed", "observed"),
        ("self.w = {linear(), linear()}  # here", "confirmed", "observed"),
        ("self.w = [nn.ReLU(), nn.Identity()]  # here", "inconclusive", "synthetic-value"),
        ("self.w = [nn.Dropout()]  # here", "confirmed", "observed"),
        ("self.w = nn.ModuleList([linear()])  # here", "refuted", "not-observed"),
        ("self.w = nn.ModuleList([linear()])  # here\ndel self.w", "inconclusive", "synthetic-value"),
        (f"if torch.rand(()) > 5:\n    {LIST}\nelse:\n    self.w = nn.ModuleList()", "inconclusive", "unreached-line"),
        (f"self.lock = threading.Lock()\n{LIST}", "confirmed", "observed"),
        ("self.w = [nn.LazyLinear(3)]  # here", "confirmed", "observed"),
        ("self.w = [nn.utils.parametrizations.weight_norm(linear())]  # here", "confirmed", "observed"),
    ],
)
def test_what_becomes_of_a_container(tmp_path: Path, body: str, outcome: str, reason: str) -> None:
    assert asked(net(body), tmp_path, "TML113")[:2] == (outcome, reason)


def test_container_that_also_grows_later(tmp_path: Path) -> None:
    body = "self.w = []  # here\nself.own = linear()\nself.w.append(self.own)"
    assert asked(net(body), tmp_path, "TML113")[0] == "refuted"
    more = "\ndef deepen(self):\n    self.w.append(linear())"
    assert asked(net(body, more=more), tmp_path, "TML113")[:2] == ("inconclusive", "unreached-line")


@pytest.mark.parametrize(
    "body", ["self.w = [layer]  # here", "self.w = layers  # here", "self.w = list(layers)  # here"]
)
def test_modules_that_the_verifier_passed_in(tmp_path: Path, body: str) -> None:
    arguments = "layer: nn.Module, layers: list[nn.Module], depth=3"
    assert asked(net(body, arguments), tmp_path, "TML113")[:2] == ("inconclusive", "synthetic-value")


BY_ITSELF = """
def parameters(self, recurse=True):
    for layer in self.w:
        yield from layer.parameters()
def _apply(self, fn, recurse=True):
    for layer in self.w:
        layer._apply(fn)
    return super()._apply(fn)
def train(self, mode=True):
    for layer in self.w:
        layer.train(mode)
    return super().train(mode)"""


def test_class_that_reaches_them_itself(tmp_path: Path) -> None:
    assert asked(net(LIST, more=BY_ITSELF), tmp_path, "TML113")[0] == "refuted"


def test_one_of_them_in_training_mode_for_ever(tmp_path: Path) -> None:
    more = BY_ITSELF.partition("def train")[0]
    body = "self.w = [nn.Dropout(0.5), linear()]  # here"
    outcome, _, message = asked(net(body, more=more), tmp_path, "TML113")
    assert outcome == "confirmed"
    assert message.endswith("after eval() 1 nn.Dropout is still in training mode")


PARAMETERS = "self.w = [nn.Parameter(torch.ones(2)) for _ in range(depth)]  # here"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (PARAMETERS, "confirmed"),
        ("self.w = {'a': torch.ones(2, requires_grad=True)}  # here", "confirmed"),
        (f"{PARAMETERS}\nself.w = nn.ParameterList(self.w)", "refuted"),
        (f"{PARAMETERS}\nfor at, one in enumerate(self.w):\n    self.register_parameter(f'w{{at}}', one)", "refuted"),
        ("self.w = [torch.ones(2)]  # here", "inconclusive"),
        ("self.p = nn.ParameterList([torch.ones(2)])\nself.w = [[one] for one in self.p]  # here", "refuted"),
    ],
)
def test_parameters_in_a_container(tmp_path: Path, body: str, outcome: str) -> None:
    assert asked(net(body.replace("{{", "{").replace("}}", "}")), tmp_path, "TML114")[0] == outcome


INNER = """
    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            {0}

    class Net"""


@pytest.mark.parametrize(
    ("body", "outcome", "text"),
    [
        ("self.w = nn.ModuleList([[linear()]])  # here", "confirmed", "TypeError: list is not a Module subclass"),
        (
            "self.w = nn.ModuleDict({'a': (linear(),)})  # here",
            "confirmed",
            "TypeError: tuple is not a Module subclass",
        ),
        (
            "self.w = nn.ModuleList()\nself.w.append({})  # here",
            "confirmed",
            "TypeError: dict is not a Module subclass",
        ),
        ("self.w = nn.ParameterList([[nn.Parameter(torch.ones(1))]])  # here", "confirmed", "1 nn.Parameter"),
        ("self.w = nn.ModuleList([linear()])  # here", "refuted", ""),
        ("self.w = nn.ParameterList([torch.ones(1)])  # here", "refuted", ""),
        ("self.w = nn.ModuleList([[linear()] for _ in range(depth - 3)])  # here", "inconclusive", ""),
        ("self.w = nn.ModuleList([Inner()])  # here", "inconclusive", "not a Module subclass"),
        ("self.w = nn.ModuleList([linear()])\nint([])  # here", "inconclusive", "TypeError"),
    ],
)
def test_containers_in_registering_ones(tmp_path: Path, body: str, outcome: str, text: str) -> None:
    inner = INNER.format("self.v = nn.ModuleList([[1]])")
    found, _, message = asked(net(body).replace("    class Net", inner), tmp_path, "TML115", None)
    assert found == outcome, message
    assert text in message
