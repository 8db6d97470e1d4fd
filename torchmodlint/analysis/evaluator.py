"""The evaluator: runs statements in order, joins branches, and notes what happens to the instance."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from torchmodlint.analysis.annotations import alternatives
from torchmodlint.analysis.calls import Calls
from torchmodlint.analysis.definitions import dotted, is_static
from torchmodlint.analysis.library_calls import PARAMETERS, Given
from torchmodlint.analysis.project import Answer, Ref
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
    possible,
    register,
)


class Evaluator(Calls):
    """Runs functions; see `Machine` for what it keeps. Loops run once: what a second round would add is a repetition."""

    def run_suite(self, body: cst.BaseSuite) -> None:
        if isinstance(body, cst.SimpleStatementSuite):
            self._small(body.body)
            return
        for statement in body.body:
            if not self.frame.live:
                return
            self.run(statement)

    def run(self, statement: cst.CSTNode) -> None:
        if isinstance(statement, cst.SimpleStatementLine):
            self._small(statement.body)
            return
        method = _COMPOUND.get(type(statement))
        if method is not None:
            method(self, statement)

    def _small(self, body: object) -> None:
        for statement in body:  # type: ignore[attr-defined]
            if not self.frame.live:
                return
            outer, self.frame.statement = self.frame.statement, statement
            method = _SMALL.get(type(statement))
            if method is not None:
                method(self, statement)
            self.frame.statement = outer

    # simple statements

    def expression(self, node: cst.Expr) -> None:
        self.evaluate(node.value)

    def assignment(self, node: cst.Assign) -> None:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target.target, value, node)

    def annotated_assignment(self, node: cst.AnnAssign) -> None:
        if node.value is None:
            return
        value = self.evaluate(node.value)
        if isinstance(value, Opaque | Argument):
            value = self.annotated(node.annotation.annotation) or value
        self.assign(node.target, value, node)

    def augmented(self, node: cst.AugAssign) -> None:
        value = self.evaluate(node.value)
        current = self.evaluate(node.target)
        boxes = [one for one in possible(current) if isinstance(one, Container | Module)]
        if isinstance(node.operator, cst.AddAssign) and boxes:
            for box in boxes:
                box.items.append(Each(value))
                if isinstance(box, Container):
                    box.values = None
                elif box.registered:
                    register(value)
            owner = self.self_root(node.target)
            if owner is not None:
                self.emit("grow", node, name=owner, value=Each(value), how="+=")
            return
        result = self.arithmetic(current, value) if isinstance(current, Tensor | Parameter | Plain) else UNKNOWN
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
        """`assert isinstance(x, C)` tells what `x` is."""
        test = node.test
        self.evaluate(test)
        if isinstance(test, cst.Call) and isinstance(test.func, cst.Name) and test.func.value == "isinstance":
            subject = test.args[0].value if len(test.args) == 2 else None
            told = self.annotated(test.args[1].value) if subject is not None else None
            if told is not None and isinstance(subject, cst.Name | cst.Attribute):
                if isinstance(self.evaluate(subject), Opaque | Argument):
                    self.assign(subject, told, node)

    def deleting(self, node: cst.Del) -> None:
        targets = node.target.elements if isinstance(node.target, cst.Tuple) else [node]
        for element in targets:
            target = element.value if isinstance(element, cst.BaseElement) else node.target
            if isinstance(target, cst.Attribute) and self.is_self(target.value):
                self.emit("delete", node, name=target.attr.value)
                self.frame.attrs.pop(target.attr.value, None)

    def importing(self, node: cst.Import | cst.ImportFrom) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        prefix = ""
        if isinstance(node, cst.ImportFrom):
            prefix = "." * len(node.relative) + (dotted(node.module) if node.module is not None else "") + "."
            prefix = prefix if node.module is not None else prefix[:-1]
        for alias in node.names:
            written = dotted(alias.name) or ""
            bound = alias.evaluated_alias or (written if prefix else written.partition(".")[0])
            target = prefix + written if prefix or alias.evaluated_alias else bound
            refs = self.project.resolver._import(self.frame.source, target, 0)
            self.frame.env[bound] = either(*(Reference(ref) for ref in refs)) if refs else UNKNOWN

    # assignment

    def assign(self, target: cst.BaseExpression, value: Value, node: cst.CSTNode) -> None:
        if isinstance(target, cst.Name):
            self.frame.env[target.value] = value
        elif isinstance(target, cst.Tuple | cst.List):
            self._unpack(target, value, node)
        elif isinstance(target, cst.Attribute):
            if self.is_self(target.value):
                self._bind(target.attr.value, value, node)
            else:
                self._attach(target, value)
        elif isinstance(target, cst.Subscript):
            self._put(target, value, node)
        elif isinstance(target, cst.StarredElement):
            self.assign(target.value, Container("list", [Each(value)]), node)

    def _unpack(self, target: cst.Tuple | cst.List, value: Value, node: cst.CSTNode) -> None:
        options = list(possible(value))
        single = options[0] if len(options) == 1 else None
        exact = single.values if isinstance(single, Container) else None
        starred = any(isinstance(element, cst.StarredElement) for element in target.elements)
        for at, element in enumerate(target.elements):
            if exact is not None and len(exact) == len(target.elements) and not starred:
                part = exact[at]
            elif all(isinstance(one, Tensor) for one in options):
                part = Tensor()
            elif all(isinstance(one, Container | Module) for one in options):
                part = Each(value)
            else:
                part = Opaque(tuple(one for one in options if isinstance(one, Opaque)))
            if isinstance(element, cst.StarredElement):
                part = Container("list", [part])
            self.assign(element.value, part, node)

    def _bind(self, name: str, value: Value, node: cst.CSTNode) -> None:
        """`self.name = value`."""
        if name in self.properties():
            register(value)  # a setter may register it
            return
        self.emit("bind", node, name=name, value=value)
        self.frame.attrs[name] = value
        for one in possible(value):
            if isinstance(one, Module | Parameter | Opaque):
                register(one)

    def _attach(self, target: cst.Attribute, value: Value) -> None:
        """`x.name = value` on something else: it may register the value."""
        holder = self.evaluate(target.value)
        name = target.attr.value
        if name == "requires_grad" and isinstance(value, Plain) and value.literal is True:
            owner = self.self_root(target.value)
            if owner is not None:
                self.emit("grad", target, name=owner)
            for one in possible(holder):
                if isinstance(one, Tensor):
                    one.grad = True
        for one in possible(holder):
            if isinstance(one, Module) and not one.registered:
                one.items += [part for part in possible(value) if isinstance(part, Module | Parameter)]
            elif not isinstance(one, Tensor | Parameter | Plain):
                register(value)

    def _put(self, target: cst.Subscript, value: Value, node: cst.CSTNode) -> None:
        """`x[key] = value`."""
        base = target.value
        if isinstance(base, cst.Attribute) and self.is_self(base.value):
            table = base.attr.value
            if table in ("_modules", "_parameters", "_buffers"):
                index = target.slice[0].slice
                name = self.evaluate(index.value) if isinstance(index, cst.Index) else UNKNOWN
                self._register(node, table, name, value)
                return
        if dotted(base) is not None and (dotted(base) or "").endswith(".__dict__"):
            return
        holder = self.evaluate(base)
        for element in target.slice:
            if isinstance(element.slice, cst.Index):
                self.evaluate(element.slice.value)
        for one in possible(holder):
            if isinstance(one, Container):
                one.items.append(value)
            elif isinstance(one, Module):
                one.items += [part for part in possible(value) if isinstance(part, Module | Parameter | Opaque)]
                if one.registered or not one.container:
                    register(value)
            elif not isinstance(one, Tensor | Parameter):
                register(value)
        owner = self.self_root(base)
        if owner is not None:
            self.emit("grow", node, name=owner, value=value, how="[]")

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
            if isinstance(arm, cst.If):
                self.branch(arm)
            elif arm is not None:
                self.run_suite(arm)
            ends.append(frame.fork())
        alive = [at for at, end in enumerate(ends) if end[2]]
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
        start = frame.fork()
        self.forks += 1
        mark = self.forks
        frame.path = (*outer, (mark, 0))
        self.run_suite(node.body)
        if node.orelse is not None and frame.live:
            self.run_suite(node.orelse.body)
        body_end = frame.fork()
        ends = [body_end]
        for at, handler in enumerate(node.handlers, 1):
            # The body may have stopped anywhere: everything it did may be done, as may nothing.
            frame.set((body_end[0], body_end[1], True, body_end[3], (*outer, (mark, at))))
            if handler.name is not None and isinstance(handler.name.name, cst.Name):
                frame.env[handler.name.name.value] = Plain()
            self.run_suite(handler.body)
            ends.append(frame.fork())
        frame.merge(ends, outer) if ends else frame.set(start)
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
        self.frame.env[node.name.value] = UNKNOWN

    # what the class and annotations say

    def properties(self) -> frozenset[str]:
        """The names under which the class or a base in sight defines a property."""
        found: frozenset[str] = frozenset()
        for ref in self.order()[0]:
            if ref.source is not None:
                definitions = self.definitions(ref.source)
                body = definitions.body(ref.name) if definitions is not None else None
                if body is None:
                    self.unseen = True
                else:
                    found |= body.properties
        self.properties = lambda: found  # type: ignore[method-assign]
        return found

    def class_attribute(self, name: str) -> Value:
        for ref in self.order()[0]:
            if ref.source is None:
                continue
            definitions = self.definitions(ref.source)
            body = definitions.body(ref.name) if definitions is not None else None
            if body is None:
                self.unseen = True
                return UNKNOWN
            if name in body.methods:
                return UNKNOWN
            if name in body.names:
                expression = body.names[name][1]
                return self._in_source(ref, expression) if expression is not None else UNKNOWN
        return UNKNOWN

    def _in_source(self, ref: Ref, expression: cst.BaseExpression) -> Value:
        name = dotted(expression)
        if name is None or ref.source is None:
            return UNKNOWN
        refs = self.project.resolve(ref.source, name)
        return either(*(Reference(one) for one in refs)) if refs else UNKNOWN

    def annotated(self, annotation: cst.BaseExpression) -> Value | None:
        """The value that an annotation promises, None aside: a module, a parameter, a tensor; None for anything else."""
        promised = [self._promised(one) for one in alternatives(annotation)]
        values = [one for one in promised if one is not None]
        return either(*values) if values and len(values) == len(promised) else None

    def _promised(self, annotation: cst.BaseExpression) -> Value | None:
        name = dotted(annotation)
        refs = self.project.resolve(self.frame.source, name) if name is not None else ()
        if len(refs) != 1:
            return None
        if refs[0].name == "torch.Tensor":
            return Tensor(scalar=None, given=True)
        if refs[0].name in PARAMETERS:
            return Parameter(given=True)
        if self.project.is_module(refs[0]) is Answer.YES:
            return Module(refs[0], given=True, container=self.container_of(refs[0]))
        return None

    # roots

    def run_root(self, function: cst.FunctionDef, owner: Ref | None) -> None:
        """Evaluate a function nobody in sight calls: its arguments are unknown but for their annotations."""
        params = [*function.params.posonly_params, *function.params.params]
        if owner is not None and not is_static(function):
            self.frame.me = params[0].name.value if params else None
        self._bind_parameters(function.params, Given(), skip=1 if self.frame.me is not None else 0)
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
                self._call_closure(closure.node, closure, Given())


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
