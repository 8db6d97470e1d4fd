"""The places in a draft that hold one value each: an argument, or a field of a record that is an argument."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.failure import Failure

ELEMENTS = "*"  # in a way: every element of a list


@dataclass(frozen=True)
class Slot:
    """A parameter, and the way down to a field of its value."""

    parameter: str
    path: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name that says what the value is."""
        return next((each for each in reversed(self.path) if each != ELEMENTS), self.parameter)

    def __str__(self) -> str:
        return ".".join((self.parameter, *self.path))

    def get(self, draft: Draft) -> str | None:
        """The expression that stands there."""
        text = draft.values.get(self.parameter)
        if text is None or not self.path:
            return text
        node = _down(ast.parse(text, mode="eval").body, self.path)
        return ast.unparse(node) if node is not None else None

    def put(self, draft: Draft, why: str, expression: str) -> Draft:
        """The draft with another value there; a field that was not there is added."""
        if not self.path:
            return draft.giving(why, **{self.parameter: expression})
        text = draft.values.get(self.parameter, "SimpleNamespace()")
        tree = ast.parse(text, mode="eval").body
        last = self.path[-1]
        for owner in _all_down(tree, self.path[:-1]):
            value = ast.parse(expression, mode="eval").body
            if isinstance(owner, ast.Call):
                owner.keywords = [each for each in owner.keywords if each.arg != last]
                owner.keywords.append(ast.keyword(last, value))
            elif isinstance(owner, ast.Dict):
                kept = [(k, v) for k, v in zip(owner.keys, owner.values, strict=True) if not _is_key(k, last)]
                owner.keys = [*(k for k, _ in kept), ast.Constant(last)]
                owner.values = [*(v for _, v in kept), value]
        return draft.giving(why, **{self.parameter: ast.unparse(tree)})


def slots(failure: Failure, draft: Draft) -> list[Slot]:
    """The places that the failure is about, the likeliest first: fields that the failing lines read, then arguments."""
    read = _fields_read(failure)
    found: dict[Slot, None] = {}
    for name in failure.suspects:
        text = draft.values.get(name)
        if text is not None:
            for path in paths(ast.parse(text, mode="eval").body):
                if path and path[-1] in read:
                    found[Slot(name, path)] = None
        found[Slot(name)] = None
    return list(found)


def paths(node: ast.expr, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The ways down to all fields of a record, a dictionary or a call. Elements of a list are changed together."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield (*above, keyword.arg)
                yield from paths(keyword.value, (*above, keyword.arg))
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield (*above, key.value)
                yield from paths(value, (*above, key.value))
    elif isinstance(node, (ast.List, ast.Tuple)) and node.elts:
        yield from paths(node.elts[0], (*above, ELEMENTS))


def way_to(wanted: Any, value: Any, depth: int = 0) -> tuple[str, ...] | None:
    """The way from `value` down to the very object `wanted`."""
    if value is wanted:
        return ()
    if depth > 5:
        return None
    inside = value if isinstance(value, dict) else getattr(value, "__dict__", None)
    if isinstance(value, (list, tuple)) and value:
        ways = [way_to(wanted, each, depth + 1) for each in value[:8]]
        found = next((way for way in ways if way is not None), None)
        return (ELEMENTS, *found) if found is not None else None
    if not isinstance(inside, dict) or isinstance(value, (type, types.ModuleType, nn.Module, torch.Tensor)):
        return None
    for key, below in inside.items():
        if isinstance(key, str):
            way = way_to(wanted, below, depth + 1)
            if way is not None:
                return (key, *way)
    return None


def _down(node: ast.expr, path: tuple[str, ...]) -> ast.expr | None:
    return next(iter(_all_down(node, path)), None)


def _all_down(node: ast.expr, path: tuple[str, ...]) -> list[ast.expr]:
    """The nodes at the end of a way."""
    found = [node]
    for name in path:
        below: list[ast.expr] = []
        for each in found:
            if name == ELEMENTS and isinstance(each, (ast.List, ast.Tuple)):
                below += each.elts
            elif isinstance(each, ast.Call):
                below += [keyword.value for keyword in each.keywords if keyword.arg == name]
            elif isinstance(each, ast.Dict):
                below += [v for k, v in zip(each.keys, each.values, strict=True) if _is_key(k, name)]
        found = below
    return found


def _is_key(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == name


def _fields_read(failure: Failure) -> set[str]:
    found = set()
    for level in failure.levels:
        for node in ast.walk(level.statement) if level.statement is not None else ():
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
    return found
