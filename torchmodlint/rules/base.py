"""What a rule is: a LibCST visitor that knows its own page and its own tests.

A rule file says, in this order: what it finds (module docstring), why that is bad (class docstring), how it is
seen (visitor methods), and examples, which are at once the page and the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import ClassVar

import libcst as cst

from torchmodlint.analysis.facts import FileFacts
from torchmodlint.analysis.project import Project, Source, Trigger, occurs
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
class Proof:
    """Another node of the file that a finding rests on, and what happens there.

    `word` is the name under which the message template can show its line, as in "loaded on line {loaded}".
    """

    node: cst.CSTNode
    message: str
    word: str = ""


@dataclass(frozen=True)
class Raised:
    """A finding before its nodes have positions: these are worked out for findings only."""

    rule: type[Rule]
    node: cst.CSTNode
    template: str
    words: Mapping[str, object]
    subject: Subject
    proofs: tuple[Proof, ...] = ()

    def message(self, line: int, lines: Sequence[int]) -> str:
        """The message, given the line of the finding, as the word `line`, and those of the proofs in their order."""
        told = {proof.word: at for proof, at in zip(self.proofs, lines, strict=True) if proof.word} | {"line": line}
        return self.template.format(**{**self.words, **told})


Look = Callable[[Project, Source, str], bool]  # at the text of a file, before it is parsed


class Rule(cst.BatchableCSTVisitor):
    """One code. Subclasses define the class attributes and `visit_*` methods, and call `report`."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    message: ClassVar[str]  # a str.format template: what is wrong, what it costs, what to write instead
    default: ClassVar[bool] = True
    # Texts of which a file without module classes must hold one; a tuple means that it must hold all of them.
    triggers: ClassVar[tuple[Trigger, ...]] = ()
    # Where triggers are frequent: what tells whether a text that holds one is worth parsing. One yes is enough.
    looks: ClassVar[tuple[Look, ...]] = ()
    examples: ClassVar[tuple[Bad | Good, ...]]

    def __init__(self, facts: FileFacts, sink: Callable[[Raised], None]) -> None:
        super().__init__()
        self.facts = facts
        self._sink = sink

    def triggered(self) -> bool:
        """Does the file hold one of the rule's triggers? Files with module classes are walked without one."""
        return occurs(self.facts.source.text, self.triggers)

    def report(
        self,
        node: cst.CSTNode,
        subject: Subject,
        wording: str | None = None,
        proofs: Sequence[Proof] = (),
        /,
        **words: object,
    ) -> None:
        """Report `node`. `wording` replaces the rule's own message template, `words` fill it in.

        `proofs` are the places that the finding rests on, in the order in which they happen.
        """
        template = self.message if wording is None else wording
        self._sink(Raised(type(self), node, template, words, subject, tuple(proofs)))
