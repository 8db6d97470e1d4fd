"""Questions that no finding of the linter asks: about sound code, and about lines that a test names itself."""

from __future__ import annotations

import ast
import sys
import textwrap
from typing import TYPE_CHECKING

from tests.verify.asking import verdicts
from torchmodlint.verify.wire import FileJob, Options, PackageJob, Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torchmodlint.core.verdict import Verdict

MARK = "# here"
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


NET = """
    import collections
    import copy
    import threading
    import torch
    from torch import nn

    def linear():
        return nn.Linear(4, 4)

    class Net(nn.Module):
        def __init__(self, {arguments}):
            super().__init__()
            {body}

        def forward(self, x):
            return x
        {more}
"""

HEAD = """
    import dataclasses
    import torch
    from dataclasses import dataclass
    from torch import nn
"""


def answer_by_hand(
    source: str, folder: Path, code: str, owner: str, attribute: str | None = None, function: str | None = None
) -> Verdict:
    """The verdict on the statement, or heading of a definition, before the comment `# here`: a finding of `code`."""
    text = dedented(source)
    line = next(at for at, one in enumerate(text.splitlines(), start=1) if one.rstrip().endswith(MARK))
    statements = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    headings: list[ast.stmt] = [node for node in statements if isinstance(node, DEFINITIONS) and node.lineno == line]
    (node,) = headings or [node for node in statements if not hasattr(node, "body") and node.end_lineno == line]
    return answers_to(text, folder, [question(0, code, node, owner, attribute, function)])[0]


def questions_about(text: str, code: str, attributes: set[str | None]) -> list[Question]:
    """One question for each statement and larger expression of each class and attribute."""
    found: list[Question] = []
    for cls in [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]:
        for node, function in _places(cls, None):
            for attribute in sorted(attributes | _stored(node), key=str):
                found.append(question(len(found), code, node, cls.name, attribute, function))
    return found


def question(
    number: int, code: str, node: ast.expr | ast.stmt, owner: str, attribute: str | None, function: str | None
) -> Question:
    """The question that a finding on this node would be."""
    line, end_line = node.lineno, node.end_lineno or node.lineno
    end = node.end_col_offset or 0
    if isinstance(node, DEFINITIONS):
        end_line, end = line, node.col_offset + len(f"def {node.name}")
    return Question(number, code, line, node.col_offset + 1, end_line, end + 1, owner, attribute, function)


def answers_to(text: str, folder: Path, questions: list[Question]) -> list[Verdict]:
    """The verdicts in the order of the questions, all of them about the file `net.py` of that text."""
    from torchmodlint.verify.worker.importer.load import load
    from torchmodlint.verify.worker.subject import answers

    file = folder / "net.py"
    file.write_text(text)
    job = FileJob(str(file), "net.py", "net", text, tuple(questions))
    sys.modules.pop(job.module, None)  # another test's file of that name
    loaded = load(PackageJob("net", (str(folder),), (job,)), job)
    told: dict[int, Verdict] = {}
    for owner in dict.fromkeys(one.owner for one in questions):
        told.update(answers(loaded, [one for one in questions if one.owner == owner], Options()))
    return [told[one.id] for one in questions]


def dedented(source: str) -> str:
    return textwrap.dedent(source).strip("\n") + "\n"


def _places(node: ast.AST, function: str | None) -> Iterator[tuple[ast.expr | ast.stmt, str | None]]:
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, (ast.stmt, ast.BinOp, ast.ListComp, ast.GeneratorExp, ast.Call)):
            yield child, inner
        yield from _places(child, inner)


def _stored(node: ast.AST) -> set[str | None]:
    """The attributes that a statement assigns, and the names that one in a class body does."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    attributes: set[str | None] = {one.attr for one in targets if isinstance(one, ast.Attribute)}
    return attributes | {one.id for one in targets if isinstance(one, ast.Name)}


def net(body: str, arguments: str = "depth=3", more: str = "") -> str:
    methods = "\n        ".join(more.split("\n"))
    return NET.format(body="\n            ".join(body.split("\n")), arguments=arguments, more=methods)


def asked(source: str, folder: Path, code: str, attribute: str | None = "w") -> tuple[str, str, str]:
    verdict = answer_by_hand(source, folder, code, "Net", attribute)
    return verdict.outcome.value, verdict.reason.value, verdict.message


def only(source: str, folder: Path, code: str) -> tuple[str, str, str]:
    """Outcome, reason and message of the one finding of this code."""
    ((_, _, verdict),) = verdicts(HEAD + source, folder, code)
    return verdict.outcome.value, verdict.reason.value, verdict.message


def by_hand(source: str, folder: Path, code: str, attribute: str | None = None) -> tuple[str, str, str]:
    verdict = answer_by_hand(HEAD + source, folder, code, "Net", attribute, "__init__")
    return verdict.outcome.value, verdict.reason.value, verdict.message
