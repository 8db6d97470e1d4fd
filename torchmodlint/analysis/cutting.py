"""Statements cut out of a text at its logical lines, and methods cut out of classes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from torchmodlint.analysis.lexer import NAME, blank, depth_of

_INDENTATION = re.compile(r"\n( *)(?=\S)")
_HEAD = re.compile(rf"[ \t]*(?:async[ \t]+)?def[ \t]+{NAME}")


class Statements:
    """A text cut at the lines on which a statement begins at the margin."""

    def __init__(self, text: str) -> None:
        self._lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._starts = [*_logical_lines(blank(text)[0], 0), len(self._lines) + 1]

    def at(self, line: int) -> str:
        """The statement that begins on a line, with its decorators; "" when none does."""
        at = bisect_left(self._starts, line)
        if self._starts[at] != line:
            return ""
        first = at
        while first and self._lines[self._starts[first - 1] - 1].startswith("@"):
            first -= 1
        return "\n".join(self._lines[self._starts[first] - 1 : self._starts[at + 1] - 1]) + "\n"


def methods_apart(text: str) -> tuple[str, list[str]]:
    """A class statement whose methods do nothing but `raise`, and the methods, in order and as indented.

    Only those that stand directly in the class are taken out; the signature goes with them, the decorators are left
    in place as well.
    """
    code, _ = blank(text)
    indent = _inner_indent(code)
    if not indent or depth_of(code, 0, len(code)):
        return text, []
    lines = text.split("\n")
    marks = [line - 1 for line in _logical_lines(code, indent)]
    short = lines[: marks[0]]
    methods: list[str] = []
    decorators: list[str] = []
    for start, end in pairwise((*marks, len(lines))):
        piece = lines[start:end]
        head = _HEAD.match(piece[0])
        if head:
            methods.append("\n".join((*decorators, *piece)))
            piece = [f"{head[0]}(): raise"]
        decorators = [*decorators, *piece] if piece[0].lstrip().startswith("@") else []
        short += piece
    return "\n".join(short) + "\n", methods


def _inner_indent(code: str) -> int:
    """The indentation of the first block of a blanked text; 0 when all stands at the margin."""
    depth = position = 0
    for match in _INDENTATION.finditer(code):
        depth += depth_of(code, position, match.start())
        position = match.start()
        if depth <= 0 and match[1]:
            return len(match[1])
    return 0


def _logical_lines(code: str, indent: int) -> Iterator[int]:
    """The numbers of the lines of a blanked text on which a logical line begins with this indentation."""
    line = depth = position = 0
    for match in re.finditer(rf"\n {{{indent}}}(?=\S)", code):
        depth += depth_of(code, position, match.start())
        line += code.count("\n", position, match.start() + 1) + code.count("\v", position, match.start())
        position = match.start() + 1
        if depth <= 0:
            yield line
