"""The evaluator: runs statements in order, joins branches, and notes what happens to the instance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from torchmodlint.analysis.arguments import Given
from torchmodlint.analysis.definitions import first_parameter, is_static
from torchmodlint.analysis.imports import imported_names
from torchmodlint.analysis.narrowing import Narrowing
from torchmodlint.analysis.project import Ref
from torchmodlint.analysis.values import (
    UNKNOWN,
    Argument,
    Container,
    Each,
    Module,
    Nothing,
    Opaque,
    Parameter,
    Plain,
    Reference,
    Tensor,
    Value,
    either,
    known_as,
    possible,
    register,
)


class Evaluator(Narrowing):
    """Runs functions; see `Machine` for what it keeps. Loops run once: a second round would only repeat."""

    def run_suite(self, body: cst.BaseSuite) -> None:
        if type(body) is cst.SimpleStatementSuite:
            self._small(body.body)
            return
        for statement in body.body:
            if not self.frame.live:
                return
            self.run(statement)

    def run(self, statement: cst.CSTNode) -> None:
        if type(statement) is cst.SimpleStatementLine:
            self._small(statement.body)
            return
        method = _COMPOUND.get(type(statement))
        if method is not None:
            method(self, statement)

    def _small(self, body: Sequence[cst.BaseSmallStatement]) -> None:
        for statement in body:
            if not self.frame.live:
                return
            outer, self.frame.statement = self.frame.statement, statement
            method = _SMALL.get(type(statement))
            if method is not None:
                method(self, statement)
            self.frame.statement = outer

    # simple statements

    def expression(self, node: cst.Expr) -> None:
        if type(node.value) is cst.SimpleString:  # a docstring
            return
        if type(node.value) is not cst.Attribute:
            self.evaluate(node.value)
        elif node.value.attr.value in ("eval", "train"):  # any other that stands alone is of no interest
            self.emit("idle", node.value, value=self.evaluate(node.value.value))

    def assignment(self, node: cst.Assign) -> None:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target.target, value, node)

    def annotated_assignment(self, node: cst.AnnAssign) -> None:
        if node.value is None:
            return
        value = self.evaluate(node.value)
        if isinstance(value, (Opaque, Argument)):
            told = self.annotated(node.annotation.annotation)
            value = value if told is None else known_as(value, told)
        self.assign(node.target, value, node)

    def augmented(self, node: cst.AugAssign) -> None:
        value = self.evaluate(node.value)
        current = self.evaluate(node.target)
        boxes = [one for one in possible(current) if isinstance(one, (Container, Module))]
        if isinstance(node.operator, cst.AddAssign) and boxes:
            for box in boxes:
                box.items.append(Each(value))
                if isinstance(box, Container):
                    box.values = None
                    continue
                self.note_nested(node, Each(value), box.container)
                if box.registered:
                    register(value)
            owner = self.self_root(node.target)
            if owner is not None:
                self.emit("grow", node, name=owner, value=Each(value), how="+=")
            return
        result = self.arithmetic(current, value) if isinstance(current, (Tensor, Parameter, Plain)) else UNKNOWN
        if isinstance(current, Parameter):
            return  # in place, the Parameter stays what it is
        self.assign(node.target, result, node)

    def returning(self, node: cst.Return) -> None:
        self.frame.returns.append(self.evaluate(node.value) if node.value is not None else Nothing())
        self.frame.exits.append(self.frame.init)
        self.frame.live = False

    def raising(self, node: cst.Raise) -> None:
        if node.exc is not None:
            self.evaluate(node.exc)
        self.frame.live = False

    def asserting(self, node: cst.Assert) -> None:
        self.evaluate(node.test)
        if node.msg is not None:
            self.evaluate(node.msg)
        self.narrow(node.test, True)

    def deleting(self, node: cst.Del) -> None:
        targets = node.target.elements if isinstance(node.target, cst.Tuple) else [node]
        for element in targets:
            target = element.value if isinstance(element, cst.BaseElement) else node.target
            if isinstance(target, cst.Subscript):
                self.evaluate(target)
            if isinstance(target, cst.Attribute) and self.is_self(target.value):
                self.emit("delete", node, name=target.attr.value)
                self.frame.attrs.pop(target.attr.value, None)

    def importing(self, node: cst.Import | cst.ImportFrom) -> None:
        for bound, target in imported_names(node):
            refs = self.project.resolver.imported(self.frame.source, target)
            self.frame.env[bound] = either(*(Reference(ref) for ref in refs)) if refs else UNKNOWN

    # compound statements

    def branch(self, node: cst.If) -> None:
        self.evaluate(node.test)
        arms: list[cst.BaseSuite | cst.If | None] = [node.body]
        arms.append(node.orelse.body if isinstance(node.orelse, cst.Else) else node.orelse)
        self.tests[self.forks + 1] = node.test
        self._fork(arms)

    def _fork(self, arms: list[cst.BaseSuite | cst.If | None]) -> None:
        frame = self.frame
        start = frame.fork()
        self.forks += 1
        mark = self.forks
        ends = []
        for at, arm in enumerate(arms):
            frame.set(start)
            frame.path = (*start[4], (mark, at))
            if mark in self.tests:
                self.narrow(self.tests[mark], not at)
            if isinstance(arm, cst.If):
                self.branch(arm)
            elif arm is not None:
                self.run_suite(arm)
            ends.append(frame.fork())
        alive = [at for at, end in enumerate(ends) if end[2]]
        if len(alive) == 1:
            self.one_sided.add(mark)
        # What follows an `if` whose other arm has returned or raised belongs to the arm that goes on.
        frame.merge(ends, (*start[4], (mark, alive[0])) if len(alive) == 1 else start[4])

    def loop(self, node: cst.For | cst.While) -> None:
        if isinstance(node, cst.For):
            source = self.evaluate(node.iter)
            empty = isinstance(source, Container) and source.values is not None and not source.values
            if not empty:
                self._loop_body(node, source)
        else:
            self.evaluate(node.test)
            self._loop_body(node, None)
        if node.orelse is not None and self.frame.live:
            self.run_suite(node.orelse.body)

    def _loop_body(self, node: cst.For | cst.While, source: Value | None) -> None:
        frame = self.frame
        start = frame.fork()
        self.forks += 1
        frame.path = (*start[4], (self.forks, 0))
        if isinstance(node, cst.For) and source is not None:
            self.assign(node.target, Each(source), node)
        self.run_suite(node.body)
        end = frame.fork()
        # `while True` and loops over something are taken to run: what they bind is bound afterwards.
        frame.merge([end, start] if end[2] else [start], start[4])

    def trying(self, node: cst.Try | cst.TryStar) -> None:
        frame = self.frame
        outer = frame.path
        self.forks += 1
        mark = self.forks
        frame.path = (*outer, (mark, 0))
        self.run_suite(node.body)
        if node.orelse is not None and frame.live:
            self.run_suite(node.orelse.body)
        body_end = frame.fork()
        ends = [body_end]
        handlers: Sequence[cst.ExceptHandler | cst.ExceptStarHandler] = node.handlers
        for at, handler in enumerate(handlers, 1):
            # The body may have stopped anywhere: everything it did may be done, as may nothing.
            frame.set((body_end[0], body_end[1], True, body_end[3], (*outer, (mark, at))))
            if handler.name is not None and isinstance(handler.name.name, cst.Name):
                frame.env[handler.name.name.value] = Plain()
            self.run_suite(handler.body)
            ends.append(frame.fork())
        frame.merge(ends, outer)
        if node.finalbody is not None:
            live, frame.live = frame.live, True
            self.run_suite(node.finalbody.body)
            frame.live = frame.live and live

    def managing(self, node: cst.With) -> None:
        for item in node.items:
            value = self.evaluate(item.item)
            if item.asname is not None:
                self.assign(item.asname.name, self.keep([value]), node)
        self.run_suite(node.body)

    def matching(self, node: cst.Match) -> None:
        self.evaluate(node.subject)
        self._fork([*(case.body for case in node.cases), None])

    def define(self, node: cst.FunctionDef) -> None:
        self.frame.env[node.name.value] = self.close(node)

    def define_class(self, node: cst.ClassDef) -> None:
        """A local class is not read; the module's own are known by the outline, under the name that is free now."""
        if self.frame.method is None and self.frame.owner is None and not self.running:
            self.frame.env.pop(node.name.value, None)
        else:
            self.frame.env[node.name.value] = UNKNOWN

    # roots

    def run_root(self, function: cst.FunctionDef, owner: Ref | None) -> None:
        """Evaluate a function nobody in sight calls: its arguments are unknown but for their annotations."""
        if owner is not None and not is_static(function):
            self.frame.me = first_parameter(function)
        self.bind_parameters(function.params, Given(), skip=1 if self.frame.me is not None else 0)
        self.running.append(function)
        self.run_suite(function.body)
        if self.frame.live:
            self.frame.exits.append(self.frame.init)
        self.run_closures()
        self.running.pop()

    def run_closures(self) -> None:
        """Evaluate the inner functions and lambdas that nothing in sight has called: somebody out of sight may."""
        while self.closures:
            closure = self.closures.pop(0)
            if id(closure.node) not in self.ran:
                self.frame.live = True
                self.call_closure(closure, Given())


_SMALL: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.Expr: Evaluator.expression,
    cst.Assign: Evaluator.assignment,
    cst.AnnAssign: Evaluator.annotated_assignment,
    cst.AugAssign: Evaluator.augmented,
    cst.Return: Evaluator.returning,
    cst.Raise: Evaluator.raising,
    cst.Del: Evaluator.deleting,
    cst.Assert: Evaluator.asserting,
    cst.Import: Evaluator.importing,
    cst.ImportFrom: Evaluator.importing,
}
_COMPOUND: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.If: Evaluator.branch,
    cst.For: Evaluator.loop,
    cst.While: Evaluator.loop,
    cst.Try: Evaluator.trying,
    cst.TryStar: Evaluator.trying,
    cst.With: Evaluator.managing,
    cst.Match: Evaluator.matching,
    cst.FunctionDef: Evaluator.define,
    cst.ClassDef: Evaluator.define_class,
}
