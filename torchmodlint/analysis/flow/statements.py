"""Runs statements: sequence, branches, loops in two rounds, try and finally, with-blocks, early ways out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.flow.machine import Loop, State
from torchmodlint.analysis.flow.managers import Managers
from torchmodlint.analysis.flow.things import (
    NOTHING,
    UNKNOWN,
    Const,
    Flag,
    Function,
    Named,
    Several,
    Value,
    mixed,
    some_of,
)
from torchmodlint.analysis.imports import imported_names

ROUNDS = 2  # the second sees what the first has left


class Statements(Managers):
    """A frame goes on while it is live."""

    def run_suite(self, body: cst.BaseSuite | cst.Module) -> None:
        self.run_all(body.body)

    def run_all(self, statements: Sequence[cst.CSTNode]) -> None:
        for statement in statements:
            if not self.frame.live:
                return
            method = _STATEMENTS.get(type(statement))
            if method is not None:
                method(self, statement)

    def line(self, node: cst.SimpleStatementLine) -> None:
        self.run_all(node.body)

    # simple statements

    def expression(self, node: cst.Expr) -> None:
        self._drop(node.value, at_once=True)

    def assignment(self, node: cst.Assign) -> None:
        unused = all(dotted(one.target) == "_" for one in node.targets)
        value = self._drop(node.value, at_once=False) if unused else self.evaluate(node.value)
        for one in node.targets:
            self.assign(one.target, value)

    def _drop(self, node: cst.BaseExpression, at_once: bool) -> Value:
        """Evaluate something, of which nothing is used."""
        known = len(self.uses)
        value = self.evaluate(node)
        while isinstance(node, cst.Attribute | cst.Subscript):  # nor of what it is a part of
            node = node.value
        for use in self.uses[known:]:
            if use.node is node:
                use.unused, use.dropped = True, at_once
                for other in mixed(value).live - {use} if not any(thing.ref for thing in use.things) else ():
                    other.escapes = True  # an unknown function, called for what it does with the result
        return value

    def annotated(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))

    def augmented(self, node: cst.AugAssign) -> None:
        current = self.evaluate(node.target)
        added = self.evaluate(node.value)
        if isinstance(current, Several):
            self.assign(node.target, some_of(*current.items, self.iterated(added)))
        else:
            self.assign(node.target, mixed(current, added))

    def returning(self, node: cst.Return) -> None:
        value = self.evaluate(node.value) if node.value is not None else Const(None)
        self.frame.returns.append(value)
        if len(self.functions) <= 1 and not self.chain:
            for use in mixed(value).live:
                use.returned = True
        finals, self.frame.finals = self.frame.finals, []
        for body in reversed(finals):
            self.run_suite(body)
        self.frame.finals = finals
        if self.frame.live:
            self.frame.exits.append(self.state())
        self.frame.live = False

    def raising(self, node: cst.Raise) -> None:
        self.frame.live = False

    def breaking(self, node: cst.Break) -> None:
        if self.frame.loops:
            self.frame.loops[-1].breaks.append(self.state())
        self.frame.live = False

    def continuing(self, node: cst.Continue) -> None:
        if self.frame.loops:
            self.frame.loops[-1].continues.append(self.state())
        self.frame.live = False

    def deleting(self, node: cst.Del) -> None:
        targets = node.target.elements if isinstance(node.target, cst.Tuple) else [node]
        for one in targets:
            target = one.value if isinstance(one, cst.BaseElement) else node.target
            if isinstance(target, cst.Name):
                self.frame.env[target.value] = NOTHING

    def importing(self, node: cst.Import | cst.ImportFrom) -> None:
        for bound, target in imported_names(node):
            refs = self.project.resolver.imported(self.frame.source, target)
            self.frame.env[bound] = Named(refs[0]) if len(refs) == 1 else NOTHING

    def asserting(self, node: cst.Assert) -> None:
        test = self.evaluate(node.test)
        if isinstance(test, Flag):  # somebody means it to be so
            self.set_mode(test.things, UNKNOWN, node)

    def defining(self, node: cst.FunctionDef) -> None:
        if self.frame.function is not None:  # the module's own are known by their names
            self.frame.env[node.name.value] = Function(node, self.frame.env, self.frame.function)

    def defining_class(self, node: cst.ClassDef) -> None:
        if self.frame.function is not None:
            self.frame.env[node.name.value] = NOTHING

    # compound statements

    def branch(self, node: cst.If) -> None:
        test = self.evaluate(node.test)
        known = self.truth(test)
        if known is not None:
            self._arm(node, known)
            return
        flagged = zip(test.things, test.before, strict=True) if isinstance(test, Flag) else ()
        before = {thing: settings for thing, settings in flagged if self.world.mode(thing) != settings}
        start, guards, conditions = self.state(), self.guards, self.conditions
        met = (*conditions, self.steps)
        ends: list[State] = []
        left = False
        for holds in (True, False):
            self.restore(start)
            self.frame.live = True
            self.guards = (*guards, (node.test, holds))
            self.conditions = met
            self._arm(node, holds)
            ends += self.ends()
            left = left or not self.frame.live
        self.guards = guards
        self.conditions = met if left else conditions  # what follows runs only if the other arm was taken
        self.meet(ends)
        for thing, settings in before.items():
            if any(self.world.mode(thing) != world.mode(thing) for _, world in (start, *ends)):
                self.world.set_mode(thing, settings)  # put back to what it was when the flag was read

    def _arm(self, node: cst.If, holds: bool) -> None:
        if holds:
            self.run_suite(node.body)
        elif type(node.orelse) is cst.If:
            self.branch(node.orelse)
        elif node.orelse is not None:
            self.run_suite(node.orelse.body)

    def loop(self, node: cst.For | cst.While) -> None:
        frame, outer, conditions = self.frame, self.rounds, self.conditions
        source = self.evaluate(node.iter) if isinstance(node, cst.For) else None
        if isinstance(source, Several) and source.exact and not source.items:
            return
        breaks: list[State] = []
        for number in range(1, ROUNDS + 1):
            self.rounds = (*outer, (node, number, len(self.chain)))
            loop = Loop()
            frame.loops.append(loop)
            if isinstance(node, cst.While):
                self.evaluate(node.test)
            elif source is not None:
                self.assign(node.target, self.iterated(source))
            self.run_suite(node.body)
            frame.loops.pop()
            ends = [*loop.continues, *self.ends()]
            breaks += loop.breaks
            self.meet(ends)
            if not ends:
                break
        self.rounds, self.conditions = outer, conditions
        if node.orelse is not None and frame.live:
            self.run_suite(node.orelse.body)
        self.meet([*self.ends(), *breaks])

    def trying(self, node: cst.Try | cst.TryStar) -> None:
        frame = self.frame
        stops = [self.state()]  # where the body may stop and a handler go on
        if node.finalbody is not None:
            frame.finals.append(node.finalbody.body)
        for statement in node.body.body:
            self.run_all([statement])
            stops += self.ends() if node.handlers else []
        if node.orelse is not None and frame.live:
            self.run_suite(node.orelse.body)
        ends = self.ends()
        handlers: Sequence[cst.ExceptHandler | cst.ExceptStarHandler] = node.handlers
        for handler in handlers:
            self.meet(stops)
            self.handling += 1
            self.run_suite(handler.body)
            self.handling -= 1
            ends += self.ends()
        if node.finalbody is not None:
            frame.finals.pop()
        self.meet(ends)
        if node.finalbody is not None and frame.live:
            self.run_suite(node.finalbody.body)

    def matching(self, node: cst.Match) -> None:
        self.evaluate(node.subject)
        start = self.state()
        ends = [start]
        for case in node.cases:
            self.restore(start)
            self.frame.live = True
            self.run_suite(case.body)
            ends += self.ends()
        self.meet(ends)


_STATEMENTS: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.SimpleStatementLine: Statements.line,
    cst.Expr: Statements.expression,
    cst.Assign: Statements.assignment,
    cst.AnnAssign: Statements.annotated,
    cst.AugAssign: Statements.augmented,
    cst.Return: Statements.returning,
    cst.Raise: Statements.raising,
    cst.Break: Statements.breaking,
    cst.Continue: Statements.continuing,
    cst.Del: Statements.deleting,
    cst.Import: Statements.importing,
    cst.ImportFrom: Statements.importing,
    cst.Assert: Statements.asserting,
    cst.FunctionDef: Statements.defining,
    cst.ClassDef: Statements.defining_class,
    cst.If: Statements.branch,
    cst.For: Statements.loop,
    cst.While: Statements.loop,
    cst.Try: Statements.trying,
    cst.TryStar: Statements.trying,
    cst.With: Statements.managing,
    cst.Match: Statements.matching,
}
