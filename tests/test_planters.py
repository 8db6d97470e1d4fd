"""What the benchmark of seeded defects plants: pitfalls, and nothing that the rules' pages and cases call harmless."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

import pytest

from tests.benchmarks.planters import planted, sites

CLASS = """\
class Net(nn.Module):
    __constants__ = ["fixed"]

    def __init__(self, layers, width, scale: float, *parts, rate=0.5, **made):
        super().__init__()
{constructor}

    def forward(self, x):
{forward}
"""
USES = "return x * self.table + self.fixed"


def source(constructor: str, forward: str = USES) -> str:
    return CLASS.format(
        constructor=indent(dedent(constructor).strip("\n"), " " * 8),
        forward=indent(dedent(forward).strip("\n"), " " * 8),
    )


def codes(text: str) -> set[str]:
    (cls,) = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    return {site.code for site in sites(cls, text)}


@pytest.mark.parametrize(
    ("code", "pitfall", "harmless"),
    [
        pytest.param(
            "TML111",
            "self.register_buffer('table', torch.ones(width))",
            "self.register_buffer('fixed', torch.ones(width))",
            id="a name in __constants__ is an attribute on purpose",
        ),
        pytest.param(
            "TML111",
            "self.register_buffer('table', torch.tensor(width))",
            "self.register_buffer('table', torch.tensor(scale))",
            id="a tensor of a number goes with every device",
        ),
        pytest.param(
            "TML111",
            "table = torch.ones(3)\nself.register_buffer('table', table)",
            "table = torch.tensor(1.0)\nself.register_buffer('table', table)",
            id="so does one that has a name first",
        ),
        pytest.param(
            "TML111",
            "if width.ndim == 1:\n    self.register_buffer('table', width)",
            "if width.ndim == 0:\n    self.register_buffer('table', width)",
            id="or that is tested for its dimensions",
        ),
        pytest.param(
            "TML112",
            "self.weight = nn.Parameter(torch.ones(width, dtype=torch.float32))",
            "self.weight = nn.Parameter(torch.ones(width, **made))",
            id="double() may change nothing where the caller says the precision",
        ),
        pytest.param(
            "TML113",
            "made = [nn.Linear(1, 1)]\nself.layers = nn.ModuleList(made)",
            "self.layers = nn.ModuleList(layers)",
            id="arguments may be registered by their owner",
        ),
        pytest.param(
            "TML113",
            "self.layers = nn.ModuleList([make(part) for part in parts])",
            "self.layers = nn.ModuleList([part.block for part in parts])",
            id="and so may their parts",
        ),
        pytest.param(
            "TML116",
            "self.layers = nn.ModuleList([nn.PReLU() for _ in range(width)])",
            "self.layers = nn.ModuleList([nn.Dropout(rate) for _ in range(width)])",
            id="a layer without weights may stand anywhere",
        ),
        pytest.param(
            "TML116",
            "self.layers = nn.ModuleList([make(width) for _ in range(width)])",
            "grid = torch.meshgrid(*[torch.arange(width) for _ in range(width)])",
            id="and a tensor is no layer",
        ),
        pytest.param(
            "TML120",
            "if width:\n    self.register_buffer('table', None)\nelse:\n    self.register_buffer('table', width)",
            "self.register_buffer('table', None)\nif width:\n    self.register_buffer('table', torch.ones(3))",
            id="a number in a buffer's place is refused at once",
        ),
    ],
)
def test_only_pitfalls_are_planted_in_constructors(code: str, pitfall: str, harmless: str) -> None:
    assert code in codes(source(pitfall))
    assert code not in codes(source(harmless))


def test_a_tensor_that_is_moved_where_it_is_used_is_left_alone() -> None:
    table = "self.register_buffer('table', torch.ones(width))"
    assert "TML111" in codes(source(table, "return torch.add(x, self.table)"))
    moved = "return x * self.table + torch.as_tensor(self.table, device=x.device)"
    assert "TML111" not in codes(source(table, moved))


def test_a_dropout_that_forward_switches_off_is_left_alone() -> None:
    drop = "return F.dropout(x, p=self.rate, training=self.training)"
    assert "TML305" in codes(source("self.rate = rate", drop))
    assert "TML305" not in codes(source("self.rate = rate", f"self.rate = 0.0\n{drop}"))


def test_a_forward_to_be_overridden_is_left_alone() -> None:
    assert "TML202" in codes(source("self.width = width"))
    assert "TML202" not in codes(source("self.width = width", "'''Of a subclass.'''\nraise NotImplementedError"))


def test_planting_keeps_the_lines_and_the_syntax() -> None:
    text = source(
        "self.layers = nn.ModuleList(\n    [\n        nn.Linear(1, 1)\n        for _ in range(width)\n    ]\n)"
    )
    (cls,) = ast.parse(text).body
    assert isinstance(cls, ast.ClassDef)
    found = list(sites(cls, text))
    assert {"TML101", "TML102", "TML113", "TML115", "TML116", "TML202"} == {site.code for site in found}
    for site in found:
        spoilt = planted(text, site)
        ast.parse(spoilt)
        assert spoilt != text
        assert spoilt.count("\n") == text.count("\n")
