"""Shared by the tests of rehearsals: code in, what its runs took down out."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

from torchmodlint.verify.wire import FileJob, Options, Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from torchmodlint.core.verdict import Verdict
    from torchmodlint.verify.worker.modes.rehearsal import Taken


def question(text: str, node: ast.expr, code: str = "TML302", related: Sequence[int] = ()) -> Question:
    """A question about an expression of the text."""
    from torchmodlint.verify.worker.modes.syntax import span

    return Question(0, code, *span(node, text.split("\n")), related=tuple((line, "") for line in related))


def calls(text: str, *names: str) -> Iterator[ast.Call]:
    """The calls in the text of what is written like one of these; all when none is given."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (not names or ast.unparse(node.func) in names):
            yield node


def asked(text: str, one: Question, path: str = "net.py", module: str = "net") -> Verdict:
    """The verdict on a question about the text, without any import of it."""
    from torchmodlint.verify.worker.case import Case
    from torchmodlint.verify.worker.loaded import Loaded
    from torchmodlint.verify.worker.subject import answer

    loaded = Loaded(FileJob(path, path, module, text, (one,)), {}, ast.parse(text))
    return answer(Case(loaded, None, Options()), one)


def runs(source: str, marked: str = "model", folder: Path | None = None) -> list[Taken]:
    """All runs of the function around the first call of what is written like `marked`."""
    from torchmodlint.verify.worker.modes.rehearsal import Rehearsal

    text = textwrap.dedent(source).strip("\n") + "\n"
    one = question(text, next(calls(text, marked)))
    path = str(folder / "net.py") if folder is not None else "net.py"
    rehearsal = Rehearsal(FileJob(path, path, "net", text, (one,)), one)
    return rehearsal.through(rehearsal.entries[0]).runs


def modes(source: str, marked: str = "model") -> list[list[tuple[bool, bool]]]:
    """Of every run the calls of modules that code out of `forward` makes: training, gradients."""
    return [[(one.training, one.grad) for one in run.tape.calls if not one.inner] for run in runs(source, marked)]
