"""Examples in documentation: `>>> net = Net(3, 64)`, and code in indented blocks after a word like Example."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

from torchmodlint.verify.worker.synth.callsites import Site, constants, last_name, site_of


def examples(cls: type, name: str, module_doc: str | None, shown: str, line: int, scope: dict[str, Any]) -> list[Site]:
    """The calls of a class in its own documentation, that of its constructor, of its forward, and of its file."""
    found: list[Site] = []
    for document in documents(cls, module_doc):
        if f"{name}(" in document:
            for block in blocks(inspect.cleandoc(document), name):
                found += _calls(block, name, f"{shown}:{line}", scope)
    return found


def documents(cls: type, module_doc: object) -> list[str]:
    """The documentation of a class, its constructor, its forward, and its file."""
    members = [vars(cls).get(name) for name in ("__init__", "forward")]
    found = [vars(cls).get("__doc__"), *(getattr(each, "__doc__", None) for each in members), module_doc]
    return [each for each in found if isinstance(each, str)]


def parsed(block: str) -> ast.Module | None:
    """The code of an example; what cannot be parsed is mostly the end, where outputs are shown."""
    lines = block.splitlines()
    while lines:
        try:
            return ast.parse("\n".join(lines))
        except (SyntaxError, ValueError):
            lines.pop()
    return None


def blocks(document: str, name: str) -> Iterator[str]:
    """The pieces of code in a documentation that call `name`."""
    prompts = [each.strip()[4:] for each in document.splitlines() if each.strip().startswith((">>> ", "... "))]
    if prompts:
        yield "\n".join(prompts)
    lines = document.splitlines()
    for index, each in enumerate(lines):
        if f"{name}(" in each and not each.strip().startswith(">>>"):
            text = each.strip()
            for count in range(12):  # the call may go on over several lines
                piece = textwrap.dedent("\n".join(lines[index : index + count + 1])).strip()
                try:
                    ast.parse(piece)
                except SyntaxError:
                    continue
                text = piece
                break
            yield text


def _calls(block: str, name: str, witness: str, scope: dict[str, Any]) -> Iterator[Site]:
    tree = parsed(block)
    if tree is None:
        return
    known = constants(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node.func) == name:
            site = site_of(node, known, witness, scope)
            if any("..." in each for each in [*site.arguments, *site.keywords.values()]):
                continue
            yield site
