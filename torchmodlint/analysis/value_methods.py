"""Methods of values: containers grow, modules register, Parameters and tensors give tensors."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from torchmodlint.analysis import torch_names
from torchmodlint.analysis.arguments import Given, leaves
from torchmodlint.analysis.dimensions import folds, scalar_after
from torchmodlint.analysis.functions import Functions
from torchmodlint.analysis.sketch import GROWING, REGISTRARS
from torchmodlint.analysis.values import (
    UNKNOWN,
    Container,
    Each,
    Module,
    Nothing,
    Opaque,
    Parameter,
    Plain,
    Reference,
    SelfValue,
    Tensor,
    Value,
    either,
    possible,
    register,
)

SPREADING = frozenset({"extend", "update", "extendleft"})
WALKS = frozenset({"children", "modules", "named_children", "named_modules"})
REGISTERING = frozenset({"list", "dict", "parameters-list", "parameters-dict"})
KEYED = frozenset({"insert", "setdefault", "__setitem__", "add_module", "register_module"})  # a key or place first
UNNAMED = ""  # where the attributes of the instance stand whose names are not constant
# Methods of a Parameter that give the same Parameter back when there is nothing to change.
PERHAPS_SAME = frozenset({"cpu", "float", "contiguous"})
MOVES = frozenset({"to", "cuda", "half", "float", "double", "bfloat16", "cpu", "type", "contiguous", "xpu"})


class ValueMethods(Functions):
    """Evaluates `value.method(...)`."""

    def call_self(self, node: cst.Call, name: str, through_super: bool) -> Value:
        raise NotImplementedError

    def call_value(self, node: cst.Call, callee: Value, given: Given) -> Value:
        raise NotImplementedError

    def _register(self, node: cst.CSTNode, how: str, name: Value | None, value: Value | None) -> None:
        literal = name.literal if isinstance(name, Plain) and isinstance(name.literal, str) else None
        value = UNKNOWN if value is None else value
        self.emit("register", node, how=how, name=literal, value=value)
        register(value)
        if literal is not None:
            self.frame.attrs[literal] = value

    def _set_attribute(self, node: cst.CSTNode, name: Value | None, value: Value | None) -> Value:
        """`setattr(self, name, value)`: an assignment, whose name may not be known."""
        value = UNKNOWN if value is None else value
        if isinstance(name, Plain) and isinstance(name.literal, str):
            self.bind(name.literal, value, node)
            return Nothing()
        plain = any(isinstance(one, Container) for one in possible(value))
        self.emit("bind" if plain else "register", node, how="setattr", value=value)
        self.frame.attrs[UNNAMED] = either(self.frame.attrs.get(UNNAMED, UNKNOWN), value)
        for one in possible(value):
            if isinstance(one, (Module, Parameter, Opaque)):
                register(one)
        return Nothing()

    def call_method(self, node: cst.Call, func: cst.Attribute, receiver: Value, name: str, given: Given) -> Value:
        if name == "forward":
            self.emit("forward", node, value=receiver)
        if isinstance(receiver, Container):
            return self._container_method(node, func, receiver, name, given)
        if isinstance(receiver, Module):
            return self._module_method(node, func, receiver, name, given)
        if isinstance(receiver, Parameter):
            return self._parameter_method(receiver, name, given)
        if isinstance(receiver, Tensor):
            return self._tensor_method(receiver, name, given)
        if isinstance(receiver, Reference):
            return self.call_value(node, self._attribute_of(receiver, name), given)
        if isinstance(receiver, SelfValue):
            return self.call_self(node, name, False)
        if (name in GROWING or name in REGISTRARS) and (self.root != "forward" or self.self_root(func.value)):
            for value in given.all():  # in forward, what others hold collects results
                register(value)
        if isinstance(receiver, Opaque) and receiver.foreign and name in WALKS:
            return Container("generator", [receiver])  # whatever it has for children
        if isinstance(receiver, Opaque) and receiver.holds:
            return self.keep([receiver, *given.all()])
        return self.keep(given.all())

    def _container_method(self, node: cst.Call, func: cst.Attribute, box: Container, name: str, given: Given) -> Value:
        if name in GROWING:
            grown = _put_in(name, given)
            box.items += [one for one in grown if not isinstance(one, Plain)]
            box.values = None
            owner = self.self_root(func.value)
            if owner is not None:
                self.emit("grow", node, name=owner, value=either(*grown) if grown else UNKNOWN, how=name)
            return Each(box) if name == "setdefault" else Nothing()
        if name == "items":
            pair: list[Value] = [Plain(), Each(box)]
            return Container("list", [Container("tuple", list(pair), values=pair)])
        if name in ("values", "copy", "keys"):
            return Container(box.kind, [] if name == "keys" else [Each(box)])
        if name in ("pop", "get", "popitem", "__getitem__"):
            return Each(box)
        return UNKNOWN

    def _module_method(self, node: cst.Call, func: cst.Attribute, one: Module, name: str, given: Given) -> Value:
        if name in torch_names.MODULE_SELF_METHODS:
            if name in ("eval", "train"):
                self.emit("mode", node, value=one, how=name, given=given.get(0, "mode") or UNKNOWN)
            return one
        if name in GROWING or name in REGISTRARS or name == "__setattr__":
            values = _put_in(name, given)
            for value in values:
                if name in GROWING and not (name == "update" and one.container.endswith("dict") and _pairs(given)):
                    self.note_nested(node, value, one.container)
                one.items += [leaf for leaf in leaves(value) if isinstance(leaf, (Module, Parameter, Opaque, Tensor))]
                if one.registered or not one.container:
                    register(value)
            owner = self.self_root(func.value)
            if owner is not None:
                self.emit("grow", node, name=owner, value=either(*values) if values else UNKNOWN, how=name)
            return Nothing() if name in REGISTRARS else one
        if one.container and name in ("items", "values", "children", "named_children", "__iter__"):
            if name in ("items", "named_children"):
                pair: list[Value] = [Plain(), Each(one)]
                return Container("list", [Container("tuple", list(pair), values=pair)])
            return Container("list", [Each(one)])
        return walk(name, _part_of(one)) if name in WALKS else self.keep(given.all())

    def note_nested(self, node: cst.CSTNode, value: Value, container: str) -> None:
        """Note a plain container that is put as an element into a registering one."""
        options = list(possible(value))
        if container in REGISTERING and options and all(isinstance(one, Container) for one in options):
            self.emit("nested", node, value=options[0], how=container)

    @staticmethod
    def _parameter_method(one: Parameter, name: str, given: Given) -> Value:
        if name in torch_names.SELF_METHODS or name == "requires_grad_":
            return one
        if name in PERHAPS_SAME or (name == "to" and _stays(given)):
            return Opaque((one,))
        if name in torch_names.TENSOR_METHODS or name == "type":
            return Tensor(lost=f".{name}()", origin=one)
        return Plain() if name in torch_names.NON_TENSOR_METHODS else UNKNOWN

    def _tensor_method(self, one: Tensor, name: str, given: Given) -> Value:
        if name == "requires_grad_":
            flag = given.get(0, "requires_grad")
            if flag is not None and not (isinstance(flag, Plain) and isinstance(flag.literal, bool)):
                return UNKNOWN
            if flag is None or flag.literal is True:
                self.require_grad(one)
            else:
                one.grad = False
            return one
        if name in torch_names.SELF_METHODS:
            return one
        if name in torch_names.TUPLE_METHODS:
            return Container("tuple", [Tensor(fresh=one.fresh)])
        if name in MOVES:
            return replace(one)
        if name in torch_names.TENSOR_METHODS:
            fresh = one.fresh and all(not isinstance(value, Tensor) or value.fresh for value in given.all())
            scalar = scalar_after(name, given.values, given.keywords, one.scalar)
            given_in = one.given and not folds(name)
            return Tensor(scalar=scalar, lost=one.lost, origin=one.origin, fresh=fresh, given=given_in)
        return Plain() if name in torch_names.NON_TENSOR_METHODS else UNKNOWN

    def self_root(self, node: cst.BaseExpression) -> str | None:
        """`x` of `self.x`, `self.x[0]`, `self.x[a][b]`."""
        while isinstance(node, cst.Subscript):
            node = node.value
        if isinstance(node, cst.Attribute) and self.is_self(node.value):
            return node.attr.value
        return None


def _pairs(given: Given) -> bool:
    """May the arguments of `update` be pairs of a key and a value, and not a dict?"""
    return not all(
        isinstance(one, Container) and one.kind == "dict" for value in given.values for one in possible(value)
    )


def _put_in(name: str, given: Given) -> list[Value]:
    """What a method that makes a container or module grow puts into it."""
    if name in SPREADING:
        return [*(Each(value) for value in given.values), *given.keywords.values()]
    return [*given.values[1 if name in KEYED else 0 :], *given.keywords.values()]


def walk(name: str, part: Module) -> Value:
    """What `children()` and its like give, `part` being any of the modules met."""
    if not name.startswith("named_"):
        return Container("generator", [part])
    named: list[Value] = [Plain(), part]
    return Container("generator", [Container("tuple", list(named), values=named)])


def _part_of(one: Module) -> Module:
    """A child that is not told from the others: what keeps it keeps something of the whole."""
    return Module(None, items=[one], given=True)


def _stays(given: Given) -> bool:
    """Do the arguments of `.to` name what a new Parameter has anyway: the CPU, or 32 bit floats?"""
    first = given.values[0] if given.values else None
    if isinstance(first, Plain):
        return first.literal == "cpu"
    return isinstance(first, Reference) and first.ref.name in ("torch.float", "torch.float32")
