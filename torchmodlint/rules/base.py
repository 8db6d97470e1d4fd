"""What a rule is: a LibCST visitor that knows its own page and its own tests.

A rule file says, in this order: what it finds (module docstring), why that is bad (class docstring), how it is
seen (visitor methods), and examples, which are at once the page and the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent
from typing import ClassVar

import libcst as cst

from torchmodlint.analysis.facts import FileFacts
from torchmodlint.core.finding import Severity, Subject


@dataclass(frozen=True)
class Bad:
    """Code with the pitfall; a comment `# TML101` stands at the end of every line that must be found."""

    code: str

    @property
    def text(self) -> str:
        return dedent(self.code).strip("\n") + "\n"


@dataclass(frozen=True)
class Good:
    """Code in which the rule, and every other rule, finds nothing."""

    code: str

    @property
    def text(self) -> str:
        return dedent(self.code).strip("\n") + "\n"


@dataclass(frozen=True)
class Raised:
    """A finding before its node has a position: positions are worked out for findings only."""

    rule: type[Rule]
    node: cst.CSTNode
    message: str
    subject: Subject


class Rule(cst.BatchableCSTVisitor):
    """One code. Subclasses define the class attributes and `visit_*` methods, and call `report`."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    message: ClassVar[str]  # a str.format template: what is wrong, what it costs, what to write instead
    default: ClassVar[bool] = True
    triggers: ClassVar[tuple[str, ...]] = ()  # texts of which a file without module classes must hold one
    examples: ClassVar[tuple[Bad | Good, ...]]

    def __init__(self, facts: FileFacts, sink: Callable[[Raised], None]) -> None:
        super().__init__()
        self.facts = facts
        self._sink = sink

    def report(self, node: cst.CSTNode, subject: Subject, wording: str | None = None, **words: object) -> None:
        """Report `node`. `wording` replaces the rule's own message template, `words` fill it in."""
        template = self.message if wording is None else wording
        self._sink(Raised(type(self), node, template.format(**words), subject))
