"""TML110 to TML112: tensors kept as attributes, by what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.asking import verdicts
from tests.verify.by_hand import answer_by_hand

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

NET = """
    import copy
    import threading
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self, width=16{arguments}):
            super().__init__()
            {body}

        def forward(self, x):
            return {result}
        {more}
"""


def net(body: str, arguments: str = "", result: str = "x * self.w", more: str = "") -> str:
    indented = "\n            ".join(body.split("\n"))
    methods = "\n        ".join(more.split("\n"))
    return NET.format(body=indented, arguments=arguments and f", {arguments}", result=result, more=methods)


def asked(source: str, folder: Path, code: str) -> tuple[str, str, str]:
    verdict = answer_by_hand(source, folder, code, "Net", "w")
    return verdict.outcome.value, verdict.reason.value, verdict.message


GRAD = "self.w = torch.ones(width, requires_grad=True)  # here"
PLAIN = "self.w = torch.ones(width)  # here"


def test_numbers_of_a_tensor_that_requires_grad(tmp_path: Path) -> None:
    source = net(f"self.proj = nn.Linear(3, 3)\n{GRAD}")
    verdict = answer_by_hand(source, tmp_path, "TML110", "Net", "w")
    assert verdict.outcome == "confirmed"
    assert verdict.evidence == {"elements": 16, "parameters": 2, "stays": True, "saved": False}
    assert "16 elements" in verdict.message
    assert 'after .to("meta") it is still on cpu' in verdict.message


@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        (f"{GRAD}\nself.w = nn.Parameter(self.w)", "refuted", "not-observed"),
        (f"{GRAD}\nself.w = torch.ones(3, requires_grad=True)", "inconclusive", "unreached-line"),
        (f"{GRAD}\ndel self.w", "inconclusive", "synthetic-value"),
        (f"{GRAD}\nw = self.w\ndel self.w\nself.register_parameter('w', nn.Parameter(w))", "refuted", "not-observed"),
        (f"{GRAD}\nself.w.requires_grad_(False)", "inconclusive", "synthetic-value"),
        (
            "if torch.rand(()) > 99:\n    " + GRAD + "\nelse:\n    self.w = nn.Parameter(torch.ones(2))",
            "inconclusive",
            "unreached-line",
        ),
        ("self.w = torch.ones(0, requires_grad=True)  # here", "inconclusive", "synthetic-value"),
        ("self.v = nn.Parameter(torch.ones(2))\nself.w = self.v * 2  # here", "inconclusive", "unsupported"),
        ("self.w = 3  # here", "inconclusive", "synthetic-value"),
    ],
)
def test_what_becomes_of_a_tensor_that_requires_grad(tmp_path: Path, body: str, outcome: str, reason: str) -> None:
    assert asked(net(body), tmp_path, "TML110")[:2] == (outcome, reason)


def test_parameters_is_overridden(tmp_path: Path) -> None:
    source = net(GRAD, more="\ndef parameters(self, recurse=True):\n    yield self.w")
    assert asked(source, tmp_path, "TML110")[0] == "refuted"


def test_tensor_that_the_verifier_passed_in(tmp_path: Path) -> None:
    source = net("self.w = w  # here", arguments="w: torch.Tensor = None").replace(
        "w: torch.Tensor = None", "w: torch.Tensor"
    )
    source = source.replace("width=16, w: torch.Tensor", "w: torch.Tensor, width=16")
    for code in ("TML110", "TML111"):
        assert asked(source, tmp_path, code)[:2] == ("inconclusive", "synthetic-value")


def test_module_that_cannot_be_copied(tmp_path: Path) -> None:
    outcome, _, message = asked(net(f"self.lock = threading.Lock()\n{GRAD}"), tmp_path, "TML110")
    assert outcome == "confirmed"
    assert "still on cpu" in message


def test_attributes_that_cannot_be_read(tmp_path: Path) -> None:
    more = "\n@property\ndef bad(self):\n    raise RuntimeError('never read')"
    assert asked(net(GRAD, more=more), tmp_path, "TML110")[0] == "confirmed"


def test_getattr_is_overridden(tmp_path: Path) -> None:
    more = """
def __getattr__(self, name):
    return nn.Parameter(torch.ones(1)) if name == 'v' else super().__getattr__(name)"""
    assert asked(net(GRAD, more=more), tmp_path, "TML110")[0] == "confirmed"


def test_weight_normed_and_lazy_parts(tmp_path: Path) -> None:
    body = f"self.norm = nn.utils.parametrizations.weight_norm(nn.Linear(16, 16))\nself.lazy = nn.LazyLinear(3)\n{GRAD}"
    assert asked(net(body), tmp_path, "TML110")[0] == "confirmed"


def test_constant_that_forward_computes_with(tmp_path: Path) -> None:
    verdict = answer_by_hand(net(PLAIN), tmp_path, "TML111", "Net", "w")
    assert verdict.outcome == "confirmed"
    assert verdict.evidence["shape"] == [16]
    assert "forward hands it to torch's `mul`" in verdict.message


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (f"{PLAIN}\nw = self.__dict__.pop('w')\nself.register_buffer('w', w)", "refuted"),
        (f"{PLAIN}\nself.w = nn.Parameter(self.w)", "refuted"),
        ("self.w = torch.tensor(2.0)  # here", "inconclusive"),
        ("self.w = torch.zeros(0)  # here", "inconclusive"),
        ("self.w = None  # here", "inconclusive"),
        (f"{PLAIN}\nself.w = torch.zeros(16)", "inconclusive"),
    ],
)
def test_what_becomes_of_a_constant(tmp_path: Path, body: str, outcome: str) -> None:
    assert asked(net(body), tmp_path, "TML111")[0] == outcome


@pytest.mark.parametrize(
    "result", ["x * self.w.to(x.device)", "x * self.w.type_as(x)", "x[:, self.w.long()]", "x * len(self.w)", "x + 1"]
)
def test_constant_that_may_stay_where_it_is(tmp_path: Path, result: str) -> None:
    assert asked(net(PLAIN, result=result), tmp_path, "TML111")[:2] == ("inconclusive", "unreached-line")


@pytest.mark.parametrize(
    "result", ["self.w[:3]", "torch.cat([x[0], self.w[None].squeeze(0)])", "nn.functional.linear(x, self.w[None])"]
)
def test_constant_that_must_move(tmp_path: Path, result: str) -> None:
    assert asked(net(PLAIN, result=result), tmp_path, "TML111")[0] == "confirmed"


def test_class_that_moves_it_itself(tmp_path: Path) -> None:
    more = "\ndef _apply(self, fn, recurse=True):\n    self.w = fn(self.w)\n    return super()._apply(fn)"
    assert asked(net(PLAIN, more=more), tmp_path, "TML111")[0] == "refuted"


LOST = {
    "a real change": ("nn.Parameter(torch.ones(width)) * 0.1", "", "cpu"),
    "cuda": ("nn.Parameter(torch.ones(width)).cuda()", "", "meta"),
    "cuda by name": ("nn.Parameter(torch.ones(width)).to('cuda:0')", "", "meta"),
    "a device": ("nn.Parameter(torch.ones(width)).to(device)", "device='cpu'", "meta"),
    "a dtype": ("nn.Parameter(torch.ones(width)).to(dtype)", "dtype=torch.float32", "cpu"),
    "a device that is given": ("nn.Parameter(torch.ones(width)).to(device=device)", "device=None", "meta"),
}


@pytest.mark.parametrize("kind", LOST)
def test_parameter_that_is_lost(tmp_path: Path, kind: str) -> None:
    made, arguments, device = LOST[kind]
    verdict = answer_by_hand(net(f"self.w = {made}  # here", arguments), tmp_path, "TML112", "Net", "w")
    assert verdict.outcome == "confirmed", verdict
    assert verdict.device == device


def test_device_of_the_file(tmp_path: Path) -> None:
    source = net("self.w = nn.Parameter(torch.ones(width)).to(device)  # here")
    source = source.replace(
        "    class Net", "    device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\n\n    class Net"
    )
    assert asked(source, tmp_path, "TML112")[0] == "confirmed"


@pytest.mark.parametrize(
    ("made", "arguments"),
    [
        ("nn.Parameter(torch.ones(width, device=device)).to(device)", "device='cpu'"),
        ("nn.Parameter(torch.ones(width, device='cuda')).cuda()", ""),
        ("nn.Parameter(torch.ones(width)).float()", ""),
        ("nn.Parameter(torch.ones(width)).cpu()", ""),
        ("nn.Parameter(torch.ones(width)).requires_grad_()", ""),
    ],
)
def test_operation_that_changes_nothing_is_never_refuted(tmp_path: Path, made: str, arguments: str) -> None:
    outcome, _, message = asked(net(f"self.w = {made}  # here", arguments), tmp_path, "TML112")
    assert outcome == "inconclusive"
    assert "not reproduced on cpu" in message


def test_parameter_that_is_registered_later(tmp_path: Path) -> None:
    body = "self.w = nn.Parameter(torch.ones(width)) * 2  # here\nself.w = nn.Parameter(self.w.detach())"
    assert asked(net(body), tmp_path, "TML112")[0] == "refuted"


def test_buffer_that_is_lost(tmp_path: Path) -> None:
    import torch

    if not hasattr(torch.nn, "Buffer"):
        pytest.skip("nn.Buffer came with torch 2.5")
    assert asked(net("self.w = nn.Buffer(torch.ones(width)).double()  # here"), tmp_path, "TML112")[0] == "confirmed"


def test_class_that_is_never_initialised(tmp_path: Path) -> None:
    source = net(GRAD).replace("super().__init__()\n", "pass\n")
    for code in ("TML110", "TML111", "TML112"):
        assert asked(source, tmp_path, code)[:2] == ("inconclusive", "not-constructed")


def test_two_classes_of_one_file(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn

    class A(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = torch.ones(3, requires_grad=True)

    class B(A):
        def __init__(self):
            super().__init__()
            self.v = torch.ones(3, requires_grad=True)
            self.w = nn.Parameter(self.w)
    """
    told = verdicts(source, tmp_path, "TML110")
    assert [(line, verdict.outcome.value) for line, _, verdict in told] == [(7, "confirmed"), (12, "confirmed")]
