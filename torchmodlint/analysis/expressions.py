"""What an expression evaluates to, calls apart."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable
from functools import lru_cache

import libcst as cst

from torchmodlint.analysis.dimensions import scalar_at
from torchmodlint.analysis.library_models import part_of_model
from torchmodlint.analysis.machine import YES
from torchmodlint.analysis.operators import Operators
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
    SelfValue,
    Tensor,
    Value,
    either,
    known_as,
    of_each,
    possible,
)

# Attributes of a Parameter or tensor that are tensors of their own.
VIEWS = frozenset({"data", "T", "mT", "H", "mH", "real", "imag", "grad"})


class Expressions(Operators):
    """Evaluates by node type. Whatever has no method here is evaluated for its parts only, and is unknown."""

    def evaluate(self, node: cst.BaseExpression) -> Value:
        self.steps += 1
        method = _METHODS.get(type(node))
        return UNKNOWN if method is None else method(self, node)

    def call(self, node: cst.Call) -> Value:
        raise NotImplementedError

    def assign(self, target: cst.BaseExpression, value: Value, node: cst.CSTNode) -> None:
        raise NotImplementedError

    def name(self, node: cst.Name) -> Value:
        name = node.value
        if name == self.frame.me:
            return SelfValue()
        value = self.frame.env.get(name)
        if value is not None:
            return value
        if name == "None":
            return Nothing()
        if name in ("True", "False"):
            return Plain(name == "True", True)
        return self.reference(name)

    def attribute(self, node: cst.Attribute) -> Value:
        name = node.attr.value
        if self.is_self(node.value):
            return self.self_attribute(name)
        if name == "__init__" and self.is_super(node.value):
            self.frame.init = YES  # kept, to be called later
        return of_each(self.evaluate(node.value), lambda base: self._attribute_of(base, name))

    def self_attribute(self, name: str) -> Value:
        """The current value of `self.name`; what a class attribute or nothing known binds is looked up in turn."""
        value = self.frame.attrs.get(name)
        if value is None:
            value = self.class_attribute(name)
        if isinstance(value, (Opaque, Argument)) and not value.foreign:
            told = self.declared(name)
            return value if told is None else known_as(value, told)
        return value

    def declared(self, name: str) -> Module | None:
        raise NotImplementedError

    def class_attribute(self, name: str) -> Value:
        raise NotImplementedError

    def _attribute_of(self, base: Value, name: str) -> Value:
        if isinstance(base, Reference):
            ref = base.ref
            if ref.source is None:
                return Reference(Ref(None, f"{ref.name}.{name}"))
            if not ref.name:
                refs = self.project.member(ref.source, name)
                return either(*(Reference(one) for one in refs)) if refs else UNKNOWN
            nested = Ref(ref.source, f"{ref.name}.{name}")
            return Reference(nested) if nested.class_line() is not None else UNKNOWN
        if isinstance(base, Parameter):
            return Tensor(lost=f".{name}", origin=base) if name in VIEWS else Plain()
        if isinstance(base, Tensor):
            return Tensor(fresh=base.fresh, scalar=base.scalar) if name in VIEWS else Plain()
        if isinstance(base, Module) and base.cls is not None:
            if base.cls.source is not None:
                return Opaque(member=(base.cls, name))
            part = part_of_model(base.cls, name)
            return Module(part, items=[base], given=True) if part is not None else UNKNOWN
        if isinstance(base, Opaque) and base.holds:
            return Opaque(base.holds)
        return UNKNOWN

    def subscript(self, node: cst.Subscript) -> Value:
        base = self.evaluate(node.value)
        sliced = False
        for element in node.slice:
            if type(element.slice) is cst.Index:
                self.evaluate(element.slice.value)
            else:
                sliced = True
        found: list[Value] = []
        for one in possible(base):
            if isinstance(one, (Tensor, Parameter)):
                lost = one if isinstance(one, Parameter) else one.origin
                fresh = isinstance(one, Tensor) and one.fresh
                found.append(Tensor(lost="[…]", origin=lost, fresh=fresh, scalar=scalar_at(node.slice)))
            elif isinstance(one, Container):
                found.append(Container(one.kind, one.items) if sliced else Each(one))
            elif isinstance(one, Module) and one.container:
                found.append(one if sliced else Each(one))
            elif isinstance(one, Reference):
                found.append(one)  # a generic class with its arguments
            else:
                found.append(one if isinstance(one, Opaque) else UNKNOWN)
        return either(*found)

    def sequence(self, node: cst.List | cst.Tuple | cst.Set) -> Value:
        kind = {cst.List: "list", cst.Tuple: "tuple", cst.Set: "set"}[type(node)]
        box = Container(kind, node=node)
        exact: list[Value] | None = []
        for element in node.elements:
            value = self.evaluate(element.value)
            if type(element) is cst.StarredElement:
                box.items.append(Each(value))
                exact = None
            else:
                box.items.append(value)
                if exact is not None:
                    exact.append(value)
        box.values = exact
        return box

    def dictionary(self, node: cst.Dict) -> Value:
        box = Container("dict", node=node)
        for element in node.elements:
            value = self.evaluate(element.value)
            if isinstance(element, cst.DictElement):
                self.evaluate(element.key)
                box.items.append(value)
            else:
                box.items.append(Each(value))
        return box

    def comprehension(self, node: cst.BaseComp) -> Value:
        kind = {cst.ListComp: "list", cst.SetComp: "set", cst.DictComp: "dict", cst.GeneratorExp: "generator"}[
            type(node)
        ]
        outer = self.frame.env
        self.frame.env = dict(outer)
        self._run_for(node.for_in)
        element = node.value if isinstance(node, cst.DictComp) else node.elt  # type: ignore[attr-defined]
        value = self.evaluate(element)
        self.frame.env = outer
        self._note_repeat(node, element, value)
        return Container(kind, [value], node)

    def _run_for(self, clause: cst.CompFor) -> None:
        self.assign(clause.target, Each(self.evaluate(clause.iter)), clause)
        for condition in clause.ifs:
            self.evaluate(condition.test)
        if clause.inner_for_in is not None:
            self._run_for(clause.inner_for_in)

    def _note_repeat(self, node: cst.BaseComp, element: cst.BaseExpression, value: Value) -> None:
        """`[layer for _ in range(n)]`: the element is one object made before, not one made anew each time."""
        if type(element) is not cst.Name or not isinstance(node, cst.ListComp | cst.GeneratorExp):
            return
        if element.value not in targets(node.for_in):
            self.note_repeat(node, [value], "")

    def conditional(self, node: cst.IfExp) -> Value:
        self.evaluate(node.test)
        return either(self.evaluate(node.body), self.evaluate(node.orelse))

    def boolean(self, node: cst.BooleanOperation) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        return either(left, right)

    def function(self, node: cst.Lambda) -> Value:
        return self.close(node)

    def walrus(self, node: cst.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.assign(node.target, value, node)
        return value

    def starred(self, node: cst.StarredElement) -> Value:
        return Each(self.evaluate(node.value))

    def yielding(self, node: cst.Yield) -> Value:
        if isinstance(node.value, cst.From):
            self.frame.yields.append(Each(self.evaluate(node.value.item)))
        else:
            self.frame.yields.append(Nothing() if node.value is None else self.evaluate(node.value))
        return UNKNOWN  # what is sent in

    def parts(self, node: cst.BaseExpression) -> Value:
        value = getattr(node, "expression", None) or getattr(node, "value", None)
        if isinstance(value, cst.BaseExpression):
            self.evaluate(value)
        return UNKNOWN

    def formatted(self, node: cst.FormattedString) -> Value:
        for piece in node.parts:
            if type(piece) is cst.FormattedStringExpression:
                self.evaluate(piece.expression)
        return Plain()

    def concatenated(self, node: cst.ConcatenatedString) -> Value:
        self.evaluate(node.left)
        self.evaluate(node.right)
        return Plain()

    def constant(self, node: cst.BaseExpression) -> Value:
        return Plain()

    def known_constant(self, node: cst.SimpleString | cst.Integer) -> Value:
        return Plain(literal(node.value))


@lru_cache(maxsize=1024)
def literal(text: str) -> object:
    """What a string or number is; most need no run of Python's compiler."""
    if text[0] in "\"'" and "\\" not in text and "\r" not in text:
        quote = 3 if text.startswith(('"""', "'''")) else 1
        return text[quote:-quote]
    return int(text) if text.isdecimal() and text.isascii() else literal_eval(text)


def targets(clause: cst.CompFor) -> set[str]:
    """The names that the `for`s of a comprehension bind."""
    found = _names(clause.target)
    return found | targets(clause.inner_for_in) if clause.inner_for_in is not None else found


def _names(target: cst.BaseExpression) -> set[str]:
    if isinstance(target, cst.Tuple | cst.List):
        return {name for element in target.elements for name in _names(element.value)}
    return {target.value} if isinstance(target, cst.Name) else set()


_METHODS: dict[type[cst.CSTNode], Callable[..., Value]] = {
    cst.Name: Expressions.name,
    cst.Attribute: Expressions.attribute,
    cst.Subscript: Expressions.subscript,
    cst.Call: lambda machine, node: machine.call(node),
    cst.List: Expressions.sequence,
    cst.Tuple: Expressions.sequence,
    cst.Set: Expressions.sequence,
    cst.Dict: Expressions.dictionary,
    cst.ListComp: Expressions.comprehension,
    cst.SetComp: Expressions.comprehension,
    cst.DictComp: Expressions.comprehension,
    cst.GeneratorExp: Expressions.comprehension,
    cst.IfExp: Expressions.conditional,
    cst.BooleanOperation: Expressions.boolean,
    cst.BinaryOperation: Expressions.binary,
    cst.UnaryOperation: Expressions.unary,
    cst.Comparison: Expressions.comparison,
    cst.Lambda: Expressions.function,
    cst.NamedExpr: Expressions.walrus,
    cst.Yield: Expressions.yielding,
    cst.Await: Expressions.parts,
    cst.SimpleString: Expressions.known_constant,
    cst.ConcatenatedString: Expressions.concatenated,
    cst.FormattedString: Expressions.formatted,
    cst.Integer: Expressions.known_constant,
    cst.Float: Expressions.constant,
    cst.Imaginary: Expressions.constant,
}
