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
from torchmodlint.verify.worker.synth.levels import refuses, tests_before
from torchmodlint.verify.worker.synth.suspects import given

ELEMENTS = "*"  # in a way: every element of a list
RESULT = "()"  # what a method gives


@dataclass(frozen=True)
class Slot:
    """A parameter, and the way down to a field of its value."""

    parameter: str
    path: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name that says what the value is."""
        return next((each for each in reversed(self.path) if each not in (ELEMENTS, RESULT)), self.parameter)

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
            elif isinstance(owner, ast.Lambda):
                owner.body = value
        return draft.giving(why, **{self.parameter: ast.unparse(tree)})


def slots(failure: Failure, draft: Draft) -> list[Slot]:
    """The places that the failure is about, the likeliest first: fields that the failing lines read, then arguments."""
    found: dict[Slot, None] = {}
    for name in failure.suspects:
        text = draft.values.get(name)
        ways = list(paths(ast.parse(text, mode="eval").body)) if text is not None else []
        for fields in _fields_read(failure):
            found.update(dict.fromkeys(Slot(name, way) for way in ways if Slot(name, way).name in fields and way))
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
    elif isinstance(node, ast.Lambda):
        yield (*above, RESULT)
        yield from paths(node.body, (*above, RESULT))
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
            elif name == RESULT and isinstance(each, ast.Lambda):
                below.append(each.body)
            elif isinstance(each, ast.Call):
                below += [keyword.value for keyword in each.keywords if keyword.arg == name]
            elif isinstance(each, ast.Dict):
                below += [v for k, v in zip(each.keys, each.values, strict=True) if _is_key(k, name)]
        found = below
    return found


def _is_key(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == name


def _fields_read(failure: Failure) -> tuple[set[str], set[str]]:
    """The names of fields in the failing lines and the conditions before them, and those in what these were given."""
    found: set[str] = set()
    made: set[str] = set()
    for level in failure.levels:
        nodes: list[ast.AST] = [level.statement] if level.statement is not None else []
        if refuses(level, failure.error):
            nodes += tests_before(level)
        here = {name for node in nodes for name in _names(node)}
        found |= here
        for targets, value in given(level.function) if level.function is not None else ():
            if any(here.intersection(_names(target)) for target in targets):
                made |= _names(value)
    return found, made


def _names(node: ast.AST) -> set[str]:
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute):
            found.add(each.attr)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            found.add(each.value)
        elif isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, ast.keyword) and each.arg:
            found.add(each.arg)
    return found - {"self"}
