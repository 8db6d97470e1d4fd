"""Assignments: to names, to attributes of the instance, into containers and other objects."""

from __future__ import annotations

from functools import cached_property

import libcst as cst

from torchmodlint.analysis.annotations import alternatives, elements
from torchmodlint.analysis.calls import Calls
from torchmodlint.analysis.definitions import dotted, is_property
from torchmodlint.analysis.library_calls import PARAMETERS
from torchmodlint.analysis.machine import is_flag
from torchmodlint.analysis.project import Answer, Ref, Source
from torchmodlint.analysis.values import (
    UNKNOWN,
    Argument,
    Container,
    Each,
    Module,
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

NUMBERS = frozenset({"int", "float", "bool", "str", "complex"})


class Assignments(Calls):
    """Binds values, and tells what the class and annotations say of a name."""

    def assign(self, target: cst.BaseExpression, value: Value, node: cst.CSTNode) -> None:
        if type(target) is cst.Name:
            self.frame.env[target.value] = value
        elif type(target) is cst.Attribute:
            if self.is_self(target.value):
                self.bind(target.attr.value, value, node)
            else:
                self._attach(target, value)
        elif type(target) is cst.Subscript:
            self._put(target, value, node)
        elif isinstance(target, cst.Tuple | cst.List):
            self._unpack(target, value, node)
        elif isinstance(target, cst.StarredElement):
            self.assign(target.value, Container("list", [Each(value)]), node)

    def _unpack(self, target: cst.Tuple | cst.List, value: Value, node: cst.CSTNode) -> None:
        options = list(possible(value))
        single = options[0] if len(options) == 1 else None
        exact = single.values if isinstance(single, Container) else None
        parts = _split(exact, [isinstance(element, cst.StarredElement) for element in target.elements])
        for at, element in enumerate(target.elements):
            if parts is not None:
                self.assign(element.value, parts[at], node)
                continue
            if all(isinstance(one, Tensor) for one in options):
                part: Value = Tensor()
            elif all(isinstance(one, (Container, Module)) for one in options):
                part = Each(value)
            else:
                part = Opaque(tuple(one for one in options if isinstance(one, Opaque)))
            if isinstance(element, cst.StarredElement):
                part = Container("list", [part])
            self.assign(element.value, part, node)

    def bind(self, name: str, value: Value, node: cst.CSTNode) -> None:
        """`self.name = value`."""
        if name in self.properties and not all(isinstance(one, (Module, Parameter)) for one in possible(value)):
            register(value)  # a setter may register it; modules and Parameters never reach the setter
            return
        self.emit("bind", node, name=name, value=value)
        self.frame.attrs[name] = value
        for one in possible(value):
            if isinstance(one, (Module, Parameter, Opaque)):
                register(one)

    def _attach(self, target: cst.Attribute, value: Value) -> None:
        """`x.name = value` on something else: it may register the value."""
        holder = self.evaluate(target.value)
        name = target.attr.value
        if is_flag(name):
            self.emit("set", target, value=holder, name=name, given=value)
        if name == "requires_grad" and isinstance(value, Plain) and value.literal is True:
            for one in possible(holder):
                if isinstance(one, Tensor):
                    self.require_grad(one)
        for one in possible(holder):
            if isinstance(one, Module) and not one.registered:
                one.items += [part for part in possible(value) if isinstance(part, (Module, Parameter))]
            elif not isinstance(one, (Tensor, Parameter, Plain)):
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
                self.note_nested(node, value, one.container)
                one.items += [part for part in possible(value) if isinstance(part, (Module, Parameter, Opaque))]
                if one.registered or not one.container:
                    register(value)
            elif isinstance(one, Tensor):
                one.fresh = one.fresh and all(map(_is_constant, possible(value)))
            elif not isinstance(one, Parameter):
                register(value)
        owner = self.self_root(base)
        if owner is not None:
            self.emit("grow", node, name=owner, value=value, how="[]")

    @cached_property
    def properties(self) -> frozenset[str]:
        """The names under which the class or a base in sight defines a property."""
        return frozenset().union(*(body.properties for _, body in self.family if body is not None))

    def class_attribute(self, name: str) -> Value:
        for ref, body in self.family:
            if body is None or name in body.methods:
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

    def declared(self, name: str) -> Module | None:
        """The module that an annotation in the body of a class, or that of a property's result, promises."""
        for ref, body in self.family:
            if body is None:
                continue
            if name in body.methods:
                returns = body.methods[name].returns if is_property(body.methods[name]) else None
            elif name in body.names:
                statement = body.names[name][0]
                returns = statement.annotation if isinstance(statement, cst.AnnAssign) else None
            else:
                continue
            told = self.annotated(returns.annotation, ref.source) if returns is not None else None
            return told if isinstance(told, Module) else None
        return None

    def annotated(self, annotation: cst.BaseExpression, source: Source | None = None) -> Value | None:
        """What an annotation promises, None aside: a module, a parameter, a tensor, plain containers of modules.

        None when it tells nothing. `source` is the file in which it stands, if not that of the running function.
        """
        promised = [self._promised(one, source or self.frame.source) for one in alternatives(annotation)]
        values = [one for one in promised if one is not None]
        return either(*values) if values and len(values) == len(promised) else None

    def is_foreign(self, annotation: cst.BaseExpression) -> bool:
        """Does an annotation name nothing but classes that are no modules?"""
        names = [dotted(one) for one in alternatives(annotation)]
        refs = [self.project.resolve(self.frame.source, name) if name is not None else () for name in names]
        return bool(refs) and all(len(found) == 1 and self.project.is_module(found[0]) is Answer.NO for found in refs)

    def _promised(self, annotation: cst.BaseExpression, source: Source) -> Value | None:
        inside = elements(annotation)
        if inside is not None:
            element = self.annotated(inside[1], source)
            held = possible(element) if element is not None else ()
            modules = bool(held) and all(isinstance(one, (Module, Container)) for one in held)
            return Container(inside[0], [element]) if element is not None and modules else None
        name = dotted(annotation)
        refs = self.project.resolve(source, name) if name is not None else ()
        if len(refs) != 1:
            return None
        if refs[0].source is None and refs[0].name in NUMBERS:
            return Plain(flag=refs[0].name == "bool")
        if refs[0].name == "torch.Tensor":
            return Tensor(scalar=None, given=True)
        if refs[0].name in PARAMETERS:
            return Parameter(given=True)
        if self.project.is_module(refs[0]) is Answer.YES:
            return Module(refs[0], given=True, container=self.container_of(refs[0]))
        return None


def _is_constant(value: Value) -> bool:
    return isinstance(value, (Plain, Argument)) or (isinstance(value, Tensor) and value.fresh)


def _split(values: list[Value] | None, starred: list[bool]) -> list[Value] | None:
    """What each target of an unpacking gets, when the number of values is known and fits; `*rest` gets a list."""
    if values is None or len(values) < len(starred) - any(starred) or (len(values) > len(starred) and not any(starred)):
        return None
    if not any(starred):
        return values
    at = starred.index(True)
    after = len(values) - (len(starred) - at - 1)
    rest = values[at:after]
    return [*values[:at], Container("list", list(rest), values=rest), *values[after:]]
