"""Calls of an object in its documentation and in its own file: `net = Net(3)`, then `net(torch.zeros(2, 3))`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.callsites import constants, last_name, site_of
from torchmodlint.verify.worker.synth.docstrings import blocks, documents, parsed

MOST = 3


def written_calls(loaded: Loaded, cls: type, scope: dict[str, Any]) -> list[tuple[list[str], dict[str, str]]]:
    """The arguments of such calls, where all of them can be evaluated."""
    name = cls.__name__
    found: list[tuple[list[str], dict[str, str]]] = []
    for body in _bodies(loaded, cls, name):
        known = constants(body)
        for node in (each for statement in body for each in ast.walk(statement)):
            if isinstance(node, ast.Call) and _calls_object(node.func, known, name):
                site = site_of(node, known, "", scope)
                given = list(site.arguments), dict(site.keywords)
                if not site.lost and (given[0] or given[1]) and given not in found:
                    found.append(given)
    return found[:MOST]


def _bodies(loaded: Loaded, cls: type, name: str) -> Iterator[list[ast.stmt]]:
    """Statements that may build and call one: examples in documentation, the entrance of the file, its functions."""
    for document in documents(cls, loaded.namespace.get("__doc__")):
        if f"{name}(" in document:
            for block in blocks(inspect.cleandoc(document), name):
                tree = parsed(block)
                if tree is not None:
                    yield tree.body
    if f"{name}(" in loaded.job.text:
        yield loaded.tree.body
        for node in loaded.tree.body:
            if isinstance(node, (ast.If, ast.FunctionDef)):
                yield node.body


def _calls_object(node: ast.expr, known: dict[str, ast.expr], name: str) -> bool:
    """Is an object of the class called: the very call that builds it, or a name that was given one?"""
    if isinstance(node, ast.Name):
        node = known.get(node.id, node)
    while (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("to", "eval", "cuda")
    ):
        node = node.func.value
    return isinstance(node, ast.Call) and last_name(node.func) == name
