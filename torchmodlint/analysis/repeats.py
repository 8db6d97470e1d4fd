"""May a file repeat modules in a list, `[nn.Linear(8, 8)] * n`? Told from its text, before it is worth parsing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from keyword import iskeyword

from torchmodlint.analysis.lexer import BRACKET, DOTTED, blank
from torchmodlint.analysis.project import Answer, Project, Source
from torchmodlint.analysis.torch_names import TENSOR_FACTORIES, TENSOR_FUNCTIONS

COPYING = frozenset({"copy", "deepcopy"})  # what they give back is what they were given

_TOKEN = re.compile(rf"{DOTTED}|\S")
_END = re.compile(r"\)\s*\]\s*\*")  # of a list whose last element is a call, or in brackets


def repeats_modules(project: Project, source: Source, text: str) -> bool:
    """May a call in a list that `text` multiplies, where it spells the list out, make a module?"""
    return any(name is None or _may_be_module(project, source, name) for name in _repeated_calls(text))


def _may_be_module(project: Project, source: Source, name: str) -> bool:
    if name.rpartition(".")[2] in COPYING or name.partition(".")[0] in source.outline.inner_imports:
        return True
    refs = project.resolve(source, name)
    return not refs or not all(
        project.is_module(ref) is Answer.NO
        or (ref.source is None and (ref.name in TENSOR_FACTORIES or ref.name in TENSOR_FUNCTIONS))
        for ref in refs
    )


def _repeated_calls(text: str) -> Iterator[str | None]:
    """The dotted name of each callee within the lists, None for one that is no name, as in `layers[0](8)`.

    What calls are given counts as well, and so do subscripts that end like such a list.
    """
    code, _ = blank(text)
    for start, end in _repeated(code):
        last = before = ""
        for token in _TOKEN.finditer(code, start, end):
            if token[0] == "(":
                if last[:1].isidentifier() and not iskeyword(last):
                    yield None if before == "." else "".join(last.split())
                elif last in ")]}":
                    yield None
            before, last = last, token[0]


def _repeated(code: str) -> list[tuple[int, int]]:
    """Where the outermost lists begin and end."""
    opened: list[int] = []
    found: list[tuple[int, int]] = []
    for bracket in BRACKET.finditer(code):
        if bracket[0] in "([{":
            opened.append(bracket.start())
        elif opened:
            opened.pop()
            if bracket[0] == ")" and opened and (end := _END.match(code, bracket.start())):
                while found and found[-1][0] > opened[-1]:
                    found.pop()
                found.append((opened[-1], end.start() + 1))
    return found
