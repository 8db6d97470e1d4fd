"""Callers in other files: each text is parsed once, however many functions are asked for."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

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
