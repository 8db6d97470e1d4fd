"""The definitions of a file that is not being linted: only those asked for are parsed, cut out of its text.

Parsing costs by the length of the text, and of another file it is one base class or one function that is wanted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import libcst as cst

from torchmodlint.analysis.definitions import ClassBody, Definitions
from torchmodlint.analysis.guard import too_deep
from torchmodlint.analysis.lexer import blank, depth_of
from torchmodlint.analysis.outline import Binding
from torchmodlint.analysis.refs import Source

_MARGIN = re.compile(r"\n(?=\S)")


class Excerpts(Definitions):
    """The definitions of one file; `size` counts the characters that have been parsed for it so far.

    What is found does not depend on what was asked before: each name of the module is looked for by itself.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.size = 0
        self._source = source
        self._parts: dict[str, Definitions] = {}  # by name at module level
        self._text: _Text | None = None
        self._whole: Definitions | None = None

    def function(self, qualname: str) -> cst.FunctionDef | None:
        return self._part(qualname).function(qualname)

    def body(self, qualname: str) -> ClassBody | None:
        return self._part(qualname).body(qualname)

    def _part(self, qualname: str) -> Definitions:
        name = qualname.partition(".")[0]
        if name not in self._parts:
            bindings = self._source.outline.bindings.get(name, ())
            self._parts[name] = self._find([one for one in bindings if one.kind in ("class", "function")])
        return self._parts[name]

    def _find(self, bindings: Sequence[Binding]) -> Definitions:
        if self._text is None:
            self._text = _Text(self._source.text)
        found = Definitions()
        for one in bindings:
            piece = None if one.conditional else self._parse(self._text.statement(one.line))
            if piece is None:  # it stands in a block, which may not count, or could not be cut out
                return self._everything()
            found.collect(piece)
        return found

    def _everything(self) -> Definitions:
        if self._whole is None:
            tree = self._parse(self._source.text)
            self._whole = Definitions() if tree is None else Definitions.of(tree)
        return self._whole

    def _parse(self, text: str) -> cst.Module | None:
        """The tree of a piece of source; None when there is none, or it must not be parsed."""
        if not text or too_deep(text):
            return None
        self.size += len(text)
        try:
            return cst.parse_module(text)
        except (cst.ParserSyntaxError, RecursionError):
            return None


class _Text:
    """A text cut at the lines on which a statement begins at the margin."""

    def __init__(self, text: str) -> None:
        self._lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._starts = [*_margins(text), len(self._lines) + 1]

    def statement(self, line: int) -> str:
        """The statement that begins on a line, with its decorators; "" when none does."""
        at = bisect_left(self._starts, line)
        if self._starts[at] != line:
            return ""
        first = at
        while first and self._lines[self._starts[first - 1] - 1].startswith("@"):
            first -= 1
        return "\n".join(self._lines[self._starts[first] - 1 : self._starts[at + 1] - 1]) + "\n"


def _margins(text: str) -> Iterator[int]:
    """The numbers of the lines on which a logical line without indentation begins."""
    code, _ = blank(text)
    line = depth = position = 0
    for match in _MARGIN.finditer(code):
        depth += depth_of(code, position, match.start())
        line += code.count("\n", position, match.end()) + code.count("\v", position, match.end())
        position = match.end()
        if depth <= 0:
            yield line
