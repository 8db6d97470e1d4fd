"""Following calls into functions and methods whose code is in sight."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.initialisers import Initialisers
from torchmodlint.analysis.library_calls import Given
from torchmodlint.analysis.machine import MAYBE, NO, YES, Frame
from torchmodlint.analysis.project import Ref
from torchmodlint.analysis.values import (
    UNKNOWN,
    Argument,
    Closure,
    Container,
    Each,
    Module,
    Nothing,
    Opaque,
    Value,
    either,
)


class Functions(Initialisers):
    """Runs functions on the values of a call, as deep as `DEPTH` calls into each other."""

    def call_closure(self, node: cst.CSTNode, closure: Closure, given: Given) -> Value:
        if not self.may_call(closure.node):
            return self.keep(given.all())
        outer = self.frame
        frame = Frame(outer.source, dict(closure.env), outer.attrs, outer.owner, outer.method, outer.me)
        frame.init, frame.path, frame.statement = outer.init, outer.path, outer.statement
        with self.calling(frame, closure.node):
            self.bind_parameters(closure.node.params, given, skip=0)
            if isinstance(closure.node, cst.Lambda):
                return self.evaluate(closure.node.body)
            self.run_suite(closure.node.body)
        outer.init = frame.init
        return either(*frame.returns) if frame.returns else Nothing()

    def run_function(
        self, function: cst.FunctionDef, given: Given, node: cst.CSTNode, source: object, owner: Ref | None
    ) -> Value:
        """A function without an instance: what it returns for these arguments."""
        if not self.may_call(function) or function.asynchronous is not None:
            return self.keep(given.all())
        outer = self.frame
        frame = Frame(source, {}, outer.attrs, outer.owner, outer.method, None)  # type: ignore[arg-type]
        frame.init, frame.path, frame.statement = outer.init, outer.path, outer.statement
        with self.calling(frame, function):
            self.bind_parameters(
                function.params, given, skip=1 if owner is not None and _is_classmethod(function) else 0
            )
            self.run_suite(function.body)
        return either(*frame.returns) if frame.returns else Nothing()

    def run_method(self, method: cst.FunctionDef, owner: Ref, given: Given, node: cst.CSTNode) -> Value:
        """A method of the instance, on the same attributes; how far it initialised is known to the caller after it."""
        if not self.may_call(method) or owner.source is None:
            return self.keep(given.all())
        outer = self.frame
        params = [*method.params.posonly_params, *method.params.params]
        me = params[0].name.value if params else None
        frame = Frame(owner.source, {}, outer.attrs, owner, method, me)
        frame.init, frame.path, frame.statement = outer.init, outer.path, None
        with self.calling(frame, method):
            self.bind_parameters(method.params, given, skip=1)
            self.run_suite(method.body)
        ends = [*frame.exits, *([frame.init] if frame.live else [])]
        if ends:
            outer.init = ends[0] if len(set(ends)) == 1 else MAYBE
        outer.init = outer.init if outer.init in (NO, YES) else MAYBE
        return either(*frame.returns) if frame.returns else Nothing()

    def bind_parameters(self, params: cst.Parameters, given: Given, skip: int) -> None:
        env = self.frame.env
        ordered = [*params.posonly_params, *params.params][skip:]
        for at, param in enumerate(ordered):
            value = given.get(at, param.name.value)
            env[param.name.value] = (
                value if value is not None and not _spread_before(given, at) else self.parameter(param, given)
            )
        for param in params.kwonly_params:
            value = given.keywords.get(param.name.value)
            env[param.name.value] = value if value is not None else self.parameter(param, given)
        if isinstance(params.star_arg, cst.Param):
            env[params.star_arg.name.value] = Container("tuple", list(given.values[len(ordered) :]) or [UNKNOWN])
        if params.star_kwarg is not None:
            env[params.star_kwarg.name.value] = Opaque(
                tuple(v for v in given.all() if isinstance(v, Module | Container))
            )

    def parameter(self, param: cst.Param, given: Given | None) -> Value:
        """What a parameter holds when no argument is seen for it: its annotation, or its default when it is certain."""
        if param.annotation is not None:
            value = self.annotated(param.annotation.annotation)
            if value is not None:
                return value
        return Argument(param.name.value)

    def annotated(self, annotation: cst.BaseExpression) -> Value | None:
        raise NotImplementedError


def _spread_before(given: Given, at: int) -> bool:
    """Does an argument `*x` stand before position `at`, so that positions are not known?"""
    return given.spread and any(isinstance(value, Each) for value in given.values[: at + 1])


def _is_classmethod(function: cst.FunctionDef) -> bool:
    return any(
        isinstance(decorator.decorator, cst.Name) and decorator.decorator.value == "classmethod"
        for decorator in function.decorators
    )
