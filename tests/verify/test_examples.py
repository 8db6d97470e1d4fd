from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.verify.building import build_class, inputs_of, load_source

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("same_interpreter")]

NET = """
from torch import nn
import torch

# torchmodlint: example {example}
@torch.no_grad
class Net(nn.Module):
    def __init__(self, dim, heads=2):
        super().__init__()
        self.linear = nn.Linear(dim, heads)

    def forward(self, x, mask=None):
        return self.linear(x)
""".replace("@torch.no_grad\n", "")


def test_the_example_is_used_as_it_stands(tmp_path: Path) -> None:
    attempt = build_class(NET.format(example="Net(dim=5, heads=7)"), tmp_path)
    assert attempt.plan.call == "Net(dim=5, heads=7)"
    assert attempt.plan.origin == "example"
    assert attempt.plan.witness.endswith(".py:4")


def test_inputs_of_an_example(tmp_path: Path) -> None:
    inputs = inputs_of(NET.format(example="Net(5), x=(4, 3, 5), mask=torch.ones(3)"), tmp_path)
    assert inputs.text == "x=torch.randn(4, 3, 5), mask=torch.ones(3)"
    assert inputs.complete
    assert inputs.make()[1]["x"].shape == (4, 3, 5)


def test_an_example_without_names(tmp_path: Path) -> None:
    assert inputs_of(NET.format(example="Net(5), (2, 5)"), tmp_path).text == "torch.randn(2, 5)"


def test_an_example_of_the_configuration(tmp_path: Path) -> None:
    attempt = build_class(NET.replace("# torchmodlint: example {example}\n", ""), tmp_path, examples={"Net": "Net(11)"})
    assert attempt.plan.call == "Net(11)"
    assert attempt.plan.witness == "the configuration"


@pytest.mark.parametrize(
    ("example", "why"),
    [
        ("Net(", "is no expression"),
        ("dim=3", "must begin with a call"),
        ("Net(3), *inputs", "cannot be unpacked"),
        ("3, x=4", "must begin with a call"),
    ],
)
def test_a_bad_example_names_its_line(example: str, why: str, tmp_path: Path) -> None:
    from torchmodlint.verify.worker.answers import Inconclusive

    with pytest.raises(Inconclusive, match=rf"\.py:4\) cannot be used: .*{why}"):
        build_class(NET.format(example=example), tmp_path)


def test_an_example_that_fails(tmp_path: Path) -> None:
    from torchmodlint.verify.worker.answers import Inconclusive

    with pytest.raises(Inconclusive, match=r"`Net\(dim='a'\)` \(net_of_test_\d+\.py:4\) raises TypeError"):
        build_class(NET.format(example="Net(dim='a')"), tmp_path)


def test_inputs_that_cannot_be_made(tmp_path: Path) -> None:
    from torchmodlint.verify.worker.answers import Inconclusive

    with pytest.raises(Inconclusive, match=r"inputs of the example \(.*:4\) raise NameError"):
        inputs_of(NET.format(example="Net(3), x=nothing"), tmp_path)


def test_where_an_example_may_stand() -> None:
    from torchmodlint.verify.worker.importer.examples import comments

    text = (
        "# torchmodlint: example A(1)\n"
        "# more about it\n"
        "@decorated\n"
        "class A:\n"
        "    # torchmodlint: example A.B(2)\n"
        "    class B:\n"
        "        pass\n"
        "class C(D):  # torchmodlint: example C(3)\n"
        "    pass\n"
        "# torchmodlint: example E(4)\n"
        "\n"
        "class E:\n"
        "    x = '# torchmodlint: example E(5)'\n"
    )
    assert comments(text, ast.parse(text), "a.py") == {
        "A": ("A(1)", "a.py:1"),
        "A.B": ("A.B(2)", "a.py:5"),
        "C": ("C(3)", "a.py:8"),
    }


def test_a_class_without_an_example(tmp_path: Path) -> None:
    loaded = load_source(NET.replace("torchmodlint: example {example}", "nothing"), tmp_path)
    assert loaded.example("Net") is None
