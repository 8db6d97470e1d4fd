"""Rules small enough to test the engine with: each reports the calls of one name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from torchmodlint.core.finding import Severity, Subject
from torchmodlint.core.selector import RuleId
from torchmodlint.rules.base import Bad, Good, Proof, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence


class _CallRule(Rule):
    called: ClassVar[str]

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value == self.called:
            self.report(node, Subject(function=self.called))


class BadCall(_CallRule):
    """It is bad."""

    code = "TML910"
    name = "bad-call"
    severity = Severity.ERROR
    message = "`bad()` is called"
    triggers = ("bad(",)
    called = "bad"
    examples = (Bad("bad()  # TML910\n"), Good("good()\n"))


class PoorCall(_CallRule):
    """It is poor."""

    code = "TML911"
    name = "poor-call"
    severity = Severity.WARNING
    message = "`poor()` is called: 100% poor"
    triggers = ("poor(",)
    called = "poor"
    examples = (Bad("poor()  # TML911\n"), Good("good()\n"))


class MehCall(_CallRule):
    """It is meh."""

    code = "TML920"
    name = "meh-call"
    severity = Severity.INFO
    message = "`meh()` is called"
    triggers = ("meh(",)
    default = False
    called = "meh"
    examples = (Bad("meh()  # TML920\n"), Good("good()\n"))


class CrashingRule(_CallRule):
    """It reports the calls of `crash`, and fails at the second."""

    code = "TML930"
    name = "crashing-rule"
    severity = Severity.ERROR
    message = "`crash()` is called"
    triggers = ("crash(",)
    called = "crash"
    examples = (Bad("crash()  # TML930\n"), Good("good()\n"))

    def visit_Call(self, node: cst.Call) -> None:
        if node.args:
            raise ZeroDivisionError("no such number")
        super().visit_Call(node)


class DyingRule(_CallRule):
    """It takes its process with it, as a crash of native code does."""

    code = "TML940"
    name = "dying-rule"
    severity = Severity.ERROR
    message = "unused"
    triggers = ("die(",)
    called = "die"
    examples = (Bad("die()  # TML940\n"), Good("good()\n"))

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value == "die":
            os._exit(1)


class DecoratedRule(Rule):
    """It reports every class at its keyword, as rules about classes do."""

    code = "TML950"
    name = "any-class"
    severity = Severity.ERROR
    message = "a class"
    triggers = ("class ",)
    examples = (Bad("class A:  # TML950\n    pass\n"), Good("good()\n"))

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.report(node, Subject(owner=node.name.value))


class ProvenCall(Rule):
    """It reports `second()` after `first()`, as rules about the order of events do."""

    code = "TML960"
    name = "second-call"
    severity = Severity.ERROR
    message = "`{name}()` is called after line {before}"
    triggers = (("first(", "second("),)
    examples = (Bad("first()\nsecond()  # TML960\n"), Good("good()\n"))

    def visit_Module(self, node: cst.Module) -> None:
        self.first: cst.Call | None = None

    def visit_Call(self, node: cst.Call) -> None:
        name = node.func.value if isinstance(node.func, cst.Name) else None
        if name == "first":
            self.first = node
        elif name == "second" and self.first is not None:
            self.report(node, Subject(), None, [Proof(self.first, "called here", "before")], name="{second}")


CALLS: Sequence[type[Rule]] = (BadCall, PoorCall, MehCall)


def ids(rules: Sequence[type[Rule]]) -> list[RuleId]:
    """What selection needs to know of the rules."""
    return [RuleId(rule.code, rule.name, rule.default) for rule in rules]
