"""Examples in documentation: `>>> net = Net(3, 64)`, and code in indented blocks after a word like Example."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

from torchmodlint.verify.worker.synth.callsites import Site, _constants, _last, site_of


def examples(cls: type, name: str, module_doc: str | None, shown: str, line: int, scope: dict[str, Any]) -> list[Site]:
    """The calls of a class in its own documentation, that of its constructor, of its forward, and of its file."""
    found: list[Site] = []
    documents = [
        vars(cls).get("__doc__"),
        getattr(vars(cls).get("__init__"), "__doc__", None),
        getattr(vars(cls).get("forward"), "__doc__", None),
        module_doc,
    ]
    for document in documents:
        if isinstance(document, str) and f"{name}(" in document:
            for block in blocks(inspect.cleandoc(document), name):
                found += _calls(block, name, f"{shown}:{line}", scope)
    return found


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
    tree = None
    lines = block.splitlines()
    while lines and tree is None:  # what cannot be parsed is mostly the end, where outputs are shown
        try:
            tree = ast.parse("\n".join(lines))
        except (SyntaxError, ValueError):
            lines.pop()
    if tree is None:
        return
    known = _constants(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node.func) == name:
            site = site_of(node, known, witness, scope)
            if any("..." in each for each in [*site.arguments, *site.keywords.values()]):
                continue
            yield site
