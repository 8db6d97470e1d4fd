"""Where nodes stand in the text, worked out for the few nodes that are asked for.

LibCST's nodes do not know their position: it comes out when their code is written again. `PositionProvider` does that
for the whole file and notes every node, which costs twice as much as parsing. Here only the asked nodes are noted, as
numbers of tokens, and writing ends with the last of them. It is LibCST that says where a node begins and ends, so the
result is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext

import libcst as cst
from libcst._nodes.internal import CodegenState

from torchmodlint.analysis.depth import TooDeepError, room
from torchmodlint.core.finding import Span

_NEWLINE = re.compile(r"\r\n?|\n")
_NOTHING = nullcontext()

_Range = tuple[int, int]  # the numbers of tokens before the start and before the end


def locate(module: cst.Module, nodes: Sequence[cst.CSTNode]) -> list[Span]:
    """The spans of `nodes`, all of them in `module`, in the order given.

    They are those of LibCST's `PositionProvider`, with columns counted from 1; but of a function or class only the
    part from `def`, `async` or `class` to the name. Raises ValueError if a node is not in the module, and
    TooDeepError if the module is nested too deeply.
    """
    if not nodes:
        return []
    writer = _Writer(module, nodes)
    try:
        with room():
            module._codegen(writer)
    except _AllWritten:
        pass
    except RecursionError:
        raise TooDeepError from None
    ranges = [writer.range_of(node) for node in nodes]
    positions = _positions(writer.tokens, (index for start_and_end in ranges for index in start_and_end))
    return [Span(*positions[start], *positions[end]) for start, end in ranges]


class _AllWritten(Exception):
    """Ends the writing."""


class _Writer(CodegenState):
    """Collects the code of a module, and between which tokens each of the wanted nodes stands.

    Nodes are known by their `id`: their hash is the same, but a call of a Python function.
    """

    def __init__(self, module: cst.Module, nodes: Sequence[cst.CSTNode]) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        definitions = [node for node in nodes if isinstance(node, (cst.FunctionDef, cst.ClassDef))]
        self._definitions = {id(node.name): id(node) for node in definitions}
        self._headings: dict[int, _Range] = {}  # of definitions, up to the name
        self._starts: dict[int, int] = {}
        self._ranges: dict[int, _Range] = {}
        self._missing = {id(node) for node in nodes}
        # Whose ranges are noted: a node may also be needed because another one ends where it ends.
        self._noted = self._missing | self._definitions.keys()

    def range_of(self, node: cst.CSTNode) -> _Range:
        """The range of one of the wanted nodes, after the writing."""
        found = self._headings.get(id(node)) or self._ranges.get(id(node))
        if found is None:
            raise ValueError(f"this {type(node).__name__} is not a node of the module")
        return found

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._noted:
            self._starts[id(node)] = len(self.tokens)

    def after_codegen(self, node: cst.CSTNode) -> None:
        key = id(node)
        if key not in self._noted:
            return
        if key not in self._ranges:
            self._ranges[key] = (self._starts[key], len(self.tokens))
        definition = self._definitions.get(key)
        if definition is not None:
            self._headings[definition] = (self._starts[definition], self._ranges[key][1])
            self._missing.discard(definition)
        self._missing.discard(key)
        if not self._missing:
            raise _AllWritten

    def pop_trailing_newline(self) -> None:
        """Keep the newline that the file lacks: PositionProvider counts it too."""

    def record_syntactic_position(  # type: ignore[override]  # any context manager will do
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        if id(node) not in self._noted:
            return _NOTHING
        return _Syntactic(self, node, start_node, end_node)

    def enter(self, node: cst.CSTNode, *borders: cst.CSTNode | None) -> None:
        """The text of `node` without the white space and brackets before it begins; `borders` are nodes in it."""
        self._starts[id(node)] = len(self.tokens)
        self._noted.update(id(border) for border in borders if border is not None)

    def leave(self, node: cst.CSTNode, start_node: cst.CSTNode | None, end_node: cst.CSTNode | None) -> None:
        """The text of `node` ends; if there are border nodes, it begins and ends with theirs."""
        start = self._starts[id(node)] if start_node is None else self._ranges[id(start_node)][0]
        end = len(self.tokens) if end_node is None else self._ranges[id(end_node)][1]
        self._ranges[id(node)] = (start, end)


class _Syntactic(AbstractContextManager[None]):
    """What LibCST enters for the text of a node without the white space and brackets around it."""

    def __init__(
        self, writer: _Writer, node: cst.CSTNode, start_node: cst.CSTNode | None, end_node: cst.CSTNode | None
    ) -> None:
        self._writer = writer
        self._node = node
        self._start_node = start_node
        self._end_node = end_node

    def __enter__(self) -> None:
        self._writer.enter(self._node, self._start_node, self._end_node)

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self._writer.leave(self._node, self._start_node, self._end_node)


def _positions(tokens: Sequence[str], indexes: Iterable[int]) -> dict[int, tuple[int, int]]:
    """For each index the line and column at which the token with that number begins."""
    found = {}
    line = column = 1
    done = 0
    for index in sorted(set(indexes)):
        lines = _NEWLINE.split("".join(tokens[done:index]))
        if len(lines) > 1:
            line += len(lines) - 1
            column = 1
        column += len(lines[-1])
        done = index
        found[index] = (line, column)
    return found
