"""What a loader gives, in the form in which a function takes it apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import torch

from torchmodlint.verify.worker.called.stand_in import WIDTH
from torchmodlint.verify.worker.synth.vocabulary import is_like

TARGETS = ("y", "*target*", "*label*", "gt", "*_gt", "truth", "*_true", "ys", "y_*")
BATCHES = 2
SIDE = 8


@dataclass(frozen=True)
class World:
    """What tensors are. Targets are numbers of classes, or values like those that the model gives; all others are
    like the example, where there is one."""

    classes: bool
    example: torch.Tensor | None = None

    def tensor(self, name: str) -> torch.Tensor:
        """A tensor of that name: a target, or else an image."""
        if not is_like(name, TARGETS):
            return torch.rand(WIDTH, 3, SIDE, SIDE) if self.example is None else self.example.clone()
        return torch.zeros(WIDTH, dtype=torch.long) if self.classes else torch.zeros(WIDTH, WIDTH)


def worlds(example: torch.Tensor | None) -> Iterator[World]:
    """The worlds to try, the likelier first."""
    yield World(True, example)
    yield World(False, example)


class Batches(list[Any]):
    """Batches as a loader gives them. `dataset` holds the examples, and can only be counted."""

    def __init__(self, items: list[Any]) -> None:
        super().__init__(items)
        self.dataset = range(len(items) * WIDTH)
        self.batch_size = WIDTH


def batches(function: ast.AST, name: str, world: World) -> Batches | None:
    """What goes through the loops over the parameter of that name; None where there is no such loop."""
    for node in ast.walk(function):
        if isinstance(node, (ast.For, ast.comprehension)):
            target = _over(node.iter, node.target, name)
            if target is not None:
                return Batches([_made(function, target, world) for _ in range(BATCHES)])
    return None


def _over(iterated: ast.expr, target: ast.expr, name: str) -> ast.expr | None:
    """The part of a loop's target that takes what comes from the name."""
    if isinstance(iterated, ast.Name):
        return target if iterated.id == name else None
    if not isinstance(iterated, ast.Call):
        return None
    parts = list(target.elts) if isinstance(target, ast.Tuple) else []
    called = iterated.func.id if isinstance(iterated.func, ast.Name) else ""
    if called == "enumerate" and iterated.args and len(parts) == 2:
        return _over(iterated.args[0], parts[1], name)
    if called == "zip":
        pairs = zip(iterated.args, parts, strict=False)
        return next((found for one, part in pairs if (found := _over(one, part, name)) is not None), None)
    return _over(iterated.args[0], target, name) if iterated.args else None


def _made(function: ast.AST, target: ast.expr, world: World) -> Any:
    if isinstance(target, ast.Tuple):
        return tuple(_made(function, one, world) for one in target.elts)
    if not isinstance(target, ast.Name):
        return world.tensor("")
    keys: set[Any] = set()
    fields: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == target.id:
            if isinstance(node.targets[0], ast.Tuple):
                return _made(function, node.targets[0], world)
        of_it = isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.value, ast.Name)
        if of_it and node.value.id == target.id:  # type: ignore[attr-defined]
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                keys.add(node.slice.value)
            elif isinstance(node, ast.Attribute) and not hasattr(torch.Tensor, node.attr):
                fields.add(node.attr)
    if keys and all(isinstance(one, str) for one in keys):
        return {one: world.tensor(one) for one in sorted(keys)}
    if keys and all(isinstance(one, int) and one >= 0 for one in keys):
        count = max(keys) + 1
        return tuple(world.tensor("target" if count > 1 and one == count - 1 else "") for one in range(count))
    if fields:
        return SimpleNamespace(**{one: world.tensor(one) for one in sorted(fields)})
    return world.tensor(target.id)
