"""Going through a piece of a tree without a visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from itertools import takewhile
from typing import Any

import libcst as cst

from torchmodlint.analysis.children import ChildField, UnknownShapeError, child_fields

# Nothing that a fact is made of lies in these.
_SKIPPED = frozenset(
    {
        "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon", "leading_lines", "header",
        "footer", "newline", "dot", "equal", "colon", "lines_after_decorators", "trailing_whitespace", "indent",
    }
)  # fmt: skip

_Reader = Callable[[cst.CSTNode], list[cst.CSTNode]]


class _Readers(dict[type, _Reader]):
    """By node type the function that lists the parts of such a node, made when the first one is met."""

    def __missing__(self, kind: type[cst.CSTNode]) -> _Reader:
        self[kind] = reader = _reader(kind)
        return reader


def _reader(kind: type[cst.CSTNode]) -> _Reader:
    names = [field.name for field in fields(kind) if field.name not in _SKIPPED]
    names = [name for name in names if not name.startswith("whitespace")]
    try:
        shapes = {field.name: field for field in child_fields(kind)}
    except UnknownShapeError:
        shapes = {}
    known = [shapes[name] for name in names if name in shapes]
    if not shapes or any(shape.several and shape.single for shape in known):
        return lambda node: [part for name in names for part in _nodes_in(getattr(node, name))]
    namespace: dict[str, Any] = {"MAYBE": cst.MaybeSentinel.DEFAULT}
    exec(_source(known), namespace)  # half the time of a loop over the names
    reader: _Reader = namespace["read"]
    return reader


def _source(shapes: Sequence[ChildField]) -> str:
    """A function that lists what these fields hold."""
    there = list(takewhile(lambda one: not (one.none or one.maybe), shapes))
    lines = [f"found = [{', '.join('*' * one.several + f'node.{one.name}' for one in there)}]"]
    for one in shapes[len(there) :]:
        absent = ["value is not None"] * one.none + ["value is not MAYBE"] * one.maybe
        taken = "found += value" if one.several else "found.append(value)"
        lines += [f"value = node.{one.name}", f"if {' and '.join(absent)}: {taken}" if absent else taken]
    return "\n    ".join(["def read(node):", *lines, "return found"])


def _nodes_in(value: object) -> Iterator[cst.CSTNode]:
    for item in value if isinstance(value, (tuple, list)) else (value,):
        if isinstance(item, cst.CSTNode):
            yield item


_READERS = _Readers()


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The direct parts of a node, white space and punctuation left out, in source order but for small exceptions."""
    return _READERS[node.__class__](node)


def descendants(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`node` and everything below it, parents before children."""
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        below = _READERS[one.__class__](one)
        if below:
            below.reverse()
            stack += below


def everything(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The same at once, level by level: the fastest way to look at all nodes when their order does not matter."""
    found = [node]
    for one in found:  # which grows meanwhile
        if one.__class__ is not cst.Name:  # a third of all nodes, and nothing is below them
            found += _READERS[one.__class__](one)
    return found


def within(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, tuple[cst.CSTNode, ...]]]:
    """The same with the chain of parents of each, the nearest last."""
    stack: list[tuple[cst.CSTNode, tuple[cst.CSTNode, ...]]] = [(node, ())]
    while stack:
        one, above = stack.pop()
        yield one, above
        below = _READERS[one.__class__](one)
        if below:
            chain = (*above, one)
            below.reverse()
            stack += [(child, chain) for child in below]
