"""Calls of a class in the project's code, as arguments: only what can be evaluated where the class is."""

from __future__ import annotations

import ast
import copy
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from torchmodlint.verify.worker.importer.files import texts

SECONDS, LONGEST_FILE = 0.3, 400_000
MOST_SITES, MOST_WHOLE, MOST_CALLS = 12, 4, 10


@dataclass(frozen=True)
class Site:
    """One call: its arguments as expressions, and how many of them could not be had. `witness` is "train.py:48"."""

    arguments: tuple[str, ...]
    keywords: Mapping[str, str]
    lost: int
    witness: str


def sites(name: str, folder: str, own: str, own_text: str, scope: dict[str, Any]) -> list[Site]:
    """The calls of a class by that name, in its own file first. `scope` is what its file's names mean."""
    if not name.isidentifier():
        return []
    deadline = time.monotonic() + SECONDS
    files = {own: own_text, **{path: text for path, text in texts(folder).items() if path != own}}
    files = {
        path: text
        for path, text in files.items()
        # A file with a class of that name of its own means that one.
        if f"{name}(" in text and len(text) <= LONGEST_FILE and (path == own or not _defines(text, name))
    }
    shown = {path: os.path.relpath(path, os.path.dirname(folder)).replace(os.sep, "/") for path in files}
    found: list[Site] = []
    for path, text in files.items():
        if time.monotonic() > deadline or sum(not site.lost for site in found) >= MOST_WHOLE:
            break
        for line in _lines(text, name):
            found += _in_block(text, line, name, shown[path], scope)
    return sorted(found, key=lambda site: site.lost)[:MOST_SITES]


def _defines(text: str, name: str) -> bool:
    return re.search(rf"^\s*class {name}\b", text, re.MULTILINE) is not None


def _lines(text: str, name: str) -> list[int]:
    """The lines, from 0, on which something of that name is called, at most a few."""
    found: dict[int, None] = {}
    for match in re.finditer(rf"(?<!\w){name}\(", text):
        start = text.rfind("\n", 0, match.start()) + 1
        if not text[start : match.start()].lstrip().startswith(("class ", "def ", "#")):
            found[text.count("\n", 0, start)] = None
        if len(found) >= MOST_CALLS:
            break
    return list(found)


def _in_block(text: str, line: int, name: str, shown: str, scope: dict[str, Any]) -> Iterator[Site]:
    """The call on a line, read in the definition at module level that it stands in: the whole file would take long."""
    lines = text.splitlines()
    first = line
    while first > 0 and not _begins(lines[first]):
        first -= 1
    last = line + 1
    while last < len(lines) and not _begins(lines[last]):
        last += 1
    try:
        tree = ast.parse("\n".join(lines[first:last]))
    except (SyntaxError, ValueError):
        return
    waiting: list[tuple[ast.AST, Mapping[str, ast.expr]]] = [(tree, {})]
    while waiting:
        node, known = waiting.pop(0)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            parameters = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
            known = {key: value for key, value in {**known, **constants(node.body)}.items() if key not in parameters}
        if isinstance(node, ast.Call) and last_name(node.func) == name and node.lineno == line - first + 1:
            yield replace(site_of(node, known, shown, scope), witness=f"{shown}:{line + 1}")
        for child in ast.iter_child_nodes(node):
            if getattr(child, "end_lineno", None) is None or child.lineno <= line - first + 1 <= child.end_lineno:  # type: ignore[attr-defined]
                waiting.append((child, known))


def _begins(line: str) -> bool:
    """Does a statement at module level begin here?"""
    return bool(line) and not line[0].isspace() and line[0] not in ")]}#"


def site_of(node: ast.Call, known: Mapping[str, ast.expr], shown: str, scope: dict[str, Any]) -> Site:
    """The arguments of a call, with the constants that local names stand for."""
    arguments: list[str] = []
    keywords: dict[str, str] = {}
    lost = 0
    for argument in node.args:
        text = None if isinstance(argument, ast.Starred) else _evaluable(argument, known, scope)
        if text is None:
            lost += len(node.args) - len(arguments)
            break  # what follows has lost its place
        arguments.append(text)
    for keyword in node.keywords:
        text = _evaluable(keyword.value, known, scope) if keyword.arg else None
        if text is None:
            lost += 1
        else:
            keywords[keyword.arg or ""] = text
    return Site(tuple(arguments), keywords, lost, f"{shown}:{node.lineno}")


def _evaluable(node: ast.expr, known: Mapping[str, ast.expr], scope: dict[str, Any]) -> str | None:
    """The expression with its local names replaced, where every name in it means something in `scope`."""
    changed = _Replaced(known).visit(copy.deepcopy(node))
    bound = {name.id for name in ast.walk(changed) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    bound |= {one.arg for one in ast.walk(changed) if isinstance(one, ast.arg)}
    for each in ast.walk(changed):
        if isinstance(each, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)):
            return None
        if isinstance(each, ast.Name) and each.id not in bound:
            if each.id in ("self", "cls") or (each.id not in scope and each.id not in SAFE):
                return None
    return ast.unparse(changed)


SAFE = frozenset(
    {
        "True",
        "False",
        "None",
        "int",
        "float",
        "str",
        "list",
        "tuple",
        "dict",
        "set",
        "range",
        "len",
        "max",
        "min",
        "sum",
    }
)


class _Replaced(ast.NodeTransformer):
    def __init__(self, known: Mapping[str, ast.expr], depth: int = 0) -> None:
        self.known = known
        self.depth = depth

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.known.get(node.id)
        if value is None or self.depth > 3 or not isinstance(node.ctx, ast.Load):
            return node
        changed: ast.expr = _Replaced(self.known, self.depth + 1).visit(copy.deepcopy(value))
        return changed


def constants(body: list[ast.stmt]) -> dict[str, ast.expr]:
    """The names that the statements give one value, and never another."""
    values: dict[str, ast.expr] = {}
    again: set[str] = set()
    for statement in body:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                if node.id in values:
                    again.add(node.id)
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                if target.id in {name.id for name in ast.walk(statement.value) if isinstance(name, ast.Name)}:
                    again.add(target.id)
                values[target.id] = statement.value
    return {name: value for name, value in values.items() if name not in again}


def last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
