"""What the rate of a dropout is: nought, the same in both modes, or one that looks at the mode."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import libcst as cst

from torchmodlint.analysis.bindings import Bound
from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.mode_tests import ModeTests
from torchmodlint.analysis.usage import self_attributes
from torchmodlint.analysis.uses import arguments

# Functions whose result is made of nothing but their arguments.
PLAIN = frozenset({"float", "int", "abs", "min", "max", "round", "list", "tuple", "zip", "enumerate", "reversed"})


class Rate(Enum):
    """`FIXED` is a rate above nought, or one chosen when the module is built, that does not look at the mode."""

    ZERO = "zero"
    FIXED = "fixed"
    MODE = "mode"
    UNKNOWN = "unknown"


def join(rates: Iterable[Rate]) -> Rate:
    """What may be any of several."""
    found = set(rates)
    for decisive in (Rate.MODE, Rate.UNKNOWN, Rate.FIXED, Rate.ZERO):
        if decisive in found:
            return decisive
    return Rate.UNKNOWN


class Rates:
    """Follows the rates of one file."""

    def __init__(self, lineage: Lineage, tests: ModeTests) -> None:
        self.lineage = lineage
        self.tests = tests
        self._asked: set[int] = set()

    def of(self, expression: cst.BaseExpression) -> Rate:
        """The rate that an expression stands for."""
        if self.tests.depends(expression):
            return Rate.MODE
        return self._of(expression)

    def _of(self, node: cst.BaseExpression) -> Rate:
        if id(node) in self._asked:
            return Rate.UNKNOWN
        self._asked.add(id(node))
        try:
            return self._look(node)
        finally:
            self._asked.discard(id(node))

    def _look(self, node: cst.BaseExpression) -> Rate:
        if isinstance(node, cst.Integer | cst.Float):
            return Rate.FIXED if node.evaluated_value else Rate.ZERO
        if isinstance(node, cst.UnaryOperation):
            return self._of(node.expression)
        if isinstance(node, cst.IfExp):
            return join((self._of(node.body), self._of(node.orelse)))
        if isinstance(node, cst.BooleanOperation):
            return join((self._of(node.left), self._of(node.right)))
        if isinstance(node, cst.BinaryOperation):
            return self._product(node)
        if isinstance(node, cst.Name):
            return Rate.ZERO if node.value in ("None", "False") else self._name(node)
        if isinstance(node, cst.Attribute):
            return self._attribute(node)
        if isinstance(node, cst.Subscript):
            return _something_of(self._of(node.value))
        if isinstance(node, cst.List | cst.Tuple):
            return join(self._of(one.value) for one in node.elements)
        if isinstance(node, cst.NamedExpr):
            return self._of(node.value)
        if isinstance(node, cst.Call) and dotted(node.func) in PLAIN and node.args:
            return join(self._of(arg.value) for arg in node.args)
        return Rate.UNKNOWN

    def _product(self, node: cst.BinaryOperation) -> Rate:
        rates = (self._of(node.left), self._of(node.right))
        if Rate.ZERO in rates and isinstance(node.operator, cst.Multiply):
            return Rate.ZERO
        return join(rates)

    def _name(self, name: cst.Name) -> Rate:
        scope = self.lineage.scope_of(name)
        bound = [one for one in self.tests.bindings(scope) if dotted(one.target) == name.value]
        if isinstance(scope, cst.Module):
            return self._built(bound)
        rates = [Rate.UNKNOWN if one.value is None else self._bound(one) for one in bound]
        if not isinstance(scope, cst.FunctionDef):
            return join(rates)
        given = [one for one in _parameters(scope.params) if one.name.value == name.value]
        if given and self.lineage.owner(scope) is not None and scope.name.value == "__init__":
            rates.append(Rate.FIXED)
        elif given:
            passed = arguments(self.lineage, scope, name.value)
            rates += [self.of(one) for one in passed] if passed is not None else [Rate.UNKNOWN]
        return join(rates)

    def _bound(self, one: Bound) -> Rate:
        assert one.value is not None
        rate = self.of(one.value)
        return _something_of(rate) if one.part else rate

    def _attribute(self, node: cst.Attribute) -> Rate:
        if not self.lineage.is_me(node.value):
            return _something_of(self._of(node.value))
        method = self.lineage.method(node)
        cls = self.tests.classes.get(id(method[1])) if method is not None else None
        if cls is None:
            return Rate.UNKNOWN
        name = node.attr.value
        bound = self.tests.made(cls, name)
        if name in cls.body.names and not bound:
            value = cls.body.names[name][1]
            return Rate.UNKNOWN if value is None else join((self._of(value),))
        if self._changes(name, bound):
            return Rate.MODE
        return self._built(bound)

    def _changes(self, name: str, bound: list[Bound]) -> bool:
        """Is the attribute set elsewhere than where its object is built: by a setter, or from outside?"""
        known = {id(one.target) for one in bound}
        for node in self.lineage.attributes[name]:
            parent = self.lineage.parent(node)
            stored = isinstance(parent, cst.AssignTarget | cst.AugAssign) and parent.target is node
            if stored and id(node) not in known and not self.lineage.is_me(node.value):
                return True
        return not all(self._building(one) for one in bound)

    def _building(self, one: Bound) -> bool:
        """Does the assignment lie in a constructor, or in a method that a constructor calls?"""
        method = self.lineage.method(one.statement)
        if method is None:
            return True  # in another file
        function, owner = method
        cls = self.tests.classes.get(id(owner))
        methods = cls.body.methods if cls is not None else {}
        todo = seen = {"__init__"}
        while todo:
            reached = [methods[name] for name in todo if name in methods]
            if function in reached:
                return True
            todo = {read.name for node in reached for read in self_attributes(node)} - seen
            seen = seen | todo
        return False

    def _built(self, bound: list[Bound]) -> Rate:
        """What is given once, when a module or a file is loaded, does not look at the mode that is set later."""
        rates = {self.of(one.value) if one.value is not None else Rate.UNKNOWN for one in bound}
        if not rates:
            return Rate.UNKNOWN
        return Rate.MODE if Rate.MODE in rates else Rate.ZERO if rates == {Rate.ZERO} else Rate.FIXED


def _parameters(params: cst.Parameters) -> tuple[cst.Param, ...]:
    return (*params.posonly_params, *params.params, *params.kwonly_params)


def _something_of(rate: Rate) -> Rate:
    """A part of a thing whose own rate is known: nobody can say that it is nought."""
    return Rate.FIXED if rate is Rate.ZERO else rate
