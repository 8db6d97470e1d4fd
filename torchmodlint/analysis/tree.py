"""Going through a piece of a tree without a visitor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache

import libcst as cst

# Nothing that a fact is made of lies in these.
_SKIPPED = frozenset(
    {
        "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon", "leading_lines", "header",
        "footer", "newline", "dot", "equal", "colon", "lines_after_decorators", "trailing_whitespace", "indent",
    }
)  # fmt: skip


@cache
def _child_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(
        field.name for field in fields(kind) if field.name not in _SKIPPED and not field.name.startswith("whitespace")
    )


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The direct parts of a node, white space and punctuation left out, in source order but for small exceptions."""
    for name in _child_fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (tuple, list)):
            for item in value:
                if isinstance(item, cst.CSTNode):
                    yield item


def descendants(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`node` and everything below it, parents before children."""
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(reversed(list(children(one))))


def within(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, tuple[cst.CSTNode, ...]]]:
    """The same with the chain of parents of each, the nearest last."""
    stack: list[tuple[cst.CSTNode, tuple[cst.CSTNode, ...]]] = [(node, ())]
    while stack:
        one, above = stack.pop()
        yield one, above
        chain = (*above, one)
        stack.extend((child, chain) for child in reversed(list(children(one))))
