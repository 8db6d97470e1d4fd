"""Callers in other files: each text is parsed once, however many functions are asked for."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from tests.harness import findings_in, pairs, rules_with
from torchmodlint.analysis.flow import callers
from torchmodlint.analysis.flow.callers import called_without_gradients
from torchmodlint.analysis.project import Project
from torchmodlint.analysis.trees import Trees

MAIN = """
import torch
import steps

@torch.no_grad()
def evaluate(x):
    return steps.first(x)

def train(x):
    with torch.no_grad():
        steps.second(x)
    return steps.third(x)
"""


@pytest.fixture
def trees(tmp_path: Path) -> Trees:
    (tmp_path / "main.py").write_text(MAIN, encoding="utf-8")
    (tmp_path / "loud.py").write_text("import steps\n\nsteps.fourth(1)\n", encoding="utf-8")
    (tmp_path / "steps.py").write_text("def first(x): ...\n", encoding="utf-8")
    return Trees.of(Project(tmp_path))


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_called_without_gradients_does_not_depend_on_the_order(trees: Trees, order: int) -> None:
    steps = trees.project.source(trees.project.resolver.root / "steps.py")
    names = ["first", "second", "third", "fourth", "Owner.first"][::order]
    dark = {name for name in names if called_without_gradients(trees, steps, name)}
    assert dark == {"first", "second"}


def test_a_text_is_parsed_once(trees: Trees, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def parse(text: str) -> cst.Module:
        parsed.append(text)
        return cst.parse_module(text)

    monkeypatch.setattr(callers, "parse_module", parse)
    steps = trees.project.source(trees.project.resolver.root / "steps.py")
    for name in ("third", "first", "second", "fourth"):
        called_without_gradients(trees, steps, name)
    assert parsed == [MAIN]


FORCES = """
import torch
from torch import nn

class Forces(nn.Module):
    def forward(self, places):
        places = places.requires_grad_(True)
        keep = self.training
        return -torch.autograd.grad(self.energy(places), places, create_graph=keep)[0]
"""

# A loss on gradients, which nobody predicts with.
PENALTY = """
import torch
from torch import nn

class GradientPenalty(nn.Module):
    def forward(self, critic, mixed):
        grads = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)[0]
        return (grads.norm(2, dim=1) - 1).pow(2).mean()

class Noise(nn.Module):
    def forward(self, x):
        return x + torch.randn_like(x) if self.training else x
"""

EVALUATE = """
from torch import nn

def errors(model, batches):
    model.eval()
    return [(model(x) - y).abs().mean().item() for x, y in batches]

def linear(batches):
    model = nn.Linear(8, 8).eval()
    return [(model(x) - y).abs().mean().item() for x, y in batches]
"""


@pytest.mark.parametrize(("models", "lines"), [(FORCES, [10]), (PENALTY, [6, 10])], ids=["forces", "penalty"])
def test_models_out_of_sight_may_ask_for_gradients(tmp_path: Path, models: str, lines: list[int]) -> None:
    """As others of the project do that predict forces from an energy; those in sight are what they are."""
    (tmp_path / "models.py").write_text(models, encoding="utf-8")
    file = tmp_path / "evaluate.py"
    file.write_text(EVALUATE, encoding="utf-8")
    found = findings_in(EVALUATE, rules_with("TML302"), file, Project(tmp_path))
    assert [line for line, _ in pairs(found)] == lines
