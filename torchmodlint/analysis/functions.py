"""Following calls into functions and methods whose code is in sight."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.arguments import Given
from torchmodlint.analysis.definitions import first_parameter
from torchmodlint.analysis.initialisers import Initialisers
from torchmodlint.analysis.machine import MAYBE, Frame, result
from torchmodlint.analysis.project import Ref, Source
from torchmodlint.analysis.values import (
    Argument,
    Closure,
    Container,
    Each,
    Module,
    Opaque,
    Value,
    either,
    known_as,
)


class Functions(Initialisers):
    """Runs functions on the values of a call, as deep as `DEPTH` calls into each other."""

    def call_closure(self, closure: Closure, given: Given) -> Value:
        if not self.may_call(closure.node):
            return self.keep(given.all())
        outer = self.frame
        frame = Frame(outer.source, dict(closure.env), outer.attrs, outer.owner, outer.method, outer.me)
        frame.init, frame.path, frame.statement = outer.init, outer.path, outer.statement
        with self.calling(frame, closure.node):
            self.bind_parameters(closure.node.params, given, skip=0)
            if isinstance(closure.node, cst.Lambda):
                frame.returns.append(self.evaluate(closure.node.body))
            else:
                self.run_suite(closure.node.body)
        _carry_back(frame, outer)
        return result(frame)

    def run_function(self, function: cst.FunctionDef, given: Given, source: Source, owner: Ref | None) -> Value:
        """A function without an instance: what it returns for these arguments. `owner` is the class it stands in."""
        if not self.may_call(function) or function.asynchronous is not None:
            return self.keep(given.all())
        outer = self.frame
        frame = Frame(source, {}, outer.attrs, outer.owner, outer.method)
        frame.init, frame.path, frame.statement = outer.init, outer.path, outer.statement
        with self.calling(frame, function):
            bound = owner is not None and _is_classmethod(function)
            self.bind_parameters(function.params, given, skip=1 if bound else 0)
            self.run_suite(function.body)
        _carry_back(frame, outer)
        return self._returned(function, frame)

    def run_method(self, method: cst.FunctionDef, owner: Ref, given: Given) -> Value:
        """A method of the instance, on the same attributes; how far it initialised is known to the caller after it."""
        if not self.may_call(method) or owner.source is None:
            return self.keep(given.all())
        outer = self.frame
        frame = Frame(owner.source, {}, outer.attrs, owner, method, first_parameter(method))
        frame.init, frame.path, frame.statement = outer.init, outer.path, None
        with self.calling(frame, method):
            self.bind_parameters(method.params, given, skip=1)
            self.run_suite(method.body)
        _carry_back(frame, outer)
        return self._returned(method, frame)

    def _returned(self, function: cst.FunctionDef, frame: Frame) -> Value:
        """What a call gave; where the code does not tell, the annotation may say that it is a module."""
        value = result(frame)
        if function.returns is not None and isinstance(value, (Opaque, Argument)) and not value.foreign:
            told = self.annotated(function.returns.annotation, frame.source)
            return known_as(value, told) if isinstance(told, Module) else value
        return value

    def bind_parameters(self, params: cst.Parameters, given: Given, skip: int) -> None:
        env = self.frame.env
        ordered = [*params.posonly_params, *params.params][skip:]
        for at, param in enumerate(ordered):
            value = given.get(at, param.name.value)
            if value is None or _spread_before(given, at):
                value = self.parameter(param)
            env[param.name.value] = value
        for param in params.kwonly_params:
            value = given.keywords.get(param.name.value)
            env[param.name.value] = value if value is not None else self.parameter(param)
        if type(params.star_arg) is cst.Param:
            rest = list(given.values[len(ordered) :]) or [self._each_of_rest(params.star_arg)]
            env[params.star_arg.name.value] = Container("tuple", rest)
        if params.star_kwarg is not None:
            env[params.star_kwarg.name.value] = self._named_rest(params.star_kwarg, given)

    def _each_of_rest(self, param: cst.Param) -> Value:
        """What `*args` holds: its annotation is that of each, but many write that of the whole tuple instead."""
        told = self.parameter(param)
        return either(told, Each(told)) if isinstance(told, Container) else told

    def _named_rest(self, param: cst.Param, given: Given) -> Value:
        """What `**kwargs` holds: some of the arguments, or what the annotation of each says."""
        passed = tuple(value for value in given.all() if isinstance(value, (Module, Container)))
        told = self.parameter(param)
        return Container("dict", [told]) if isinstance(told, Module) and not passed else Opaque(passed)

    def parameter(self, param: cst.Param) -> Value:
        """What a parameter holds when no argument is seen for it: what its annotation says, else something unknown."""
        if param.annotation is not None:
            value = self.annotated(param.annotation.annotation)
            if value is not None:
                return value
            return Argument(param.name.value, _is_flag(param), self.is_foreign(param.annotation.annotation))
        return Argument(param.name.value, _is_flag(param), number=_is_number(param.default))

    def annotated(self, annotation: cst.BaseExpression, source: Source | None = None) -> Value | None:
        raise NotImplementedError

    def is_foreign(self, annotation: cst.BaseExpression) -> bool:
        raise NotImplementedError


def _carry_back(frame: Frame, outer: Frame) -> None:
    """Tell the caller how far the ways out of what ran in `frame` initialised the instance."""
    ends = {*frame.exits, *([frame.init] if frame.live else [])}
    if ends:
        outer.init = ends.pop() if len(ends) == 1 else MAYBE


def _spread_before(given: Given, at: int) -> bool:
    """Does an argument `*x` stand before position `at`, so that positions are not known?"""
    return given.spread and any(isinstance(value, Each) for value in given.values[: at + 1])


def _is_flag(param: cst.Param) -> bool:
    """Is it a boolean by its default or its annotation?"""
    annotation = param.annotation.annotation if param.annotation is not None else None
    words = [one.value for one in (param.default, annotation) if type(one) is cst.Name]
    return any(word in ("True", "False", "bool") for word in words)


def _is_number(default: cst.BaseExpression | None) -> bool:
    return isinstance(default.expression if isinstance(default, cst.UnaryOperation) else default, cst.BaseNumber)


def _is_classmethod(function: cst.FunctionDef) -> bool:
    return any(
        isinstance(decorator.decorator, cst.Name) and decorator.decorator.value == "classmethod"
        for decorator in function.decorators
    )
