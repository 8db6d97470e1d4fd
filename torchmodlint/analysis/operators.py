"""What operators give: arithmetic on tensors and Parameters, and containers repeated or joined."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.machine import Machine
from torchmodlint.analysis.values import (
    UNKNOWN,
    Argument,
    Container,
    Each,
    Module,
    Opaque,
    Parameter,
    Plain,
    Tensor,
    Value,
    either,
    possible,
)

REPEATABLE = ("list", "tuple")


class Operators(Machine):
    """Evaluates operators, and notes one module at several positions."""

    def binary(self, node: cst.BinaryOperation) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        if isinstance(node.operator, cst.Multiply):
            for box, count, factor in ((left, right, node.right), (right, left, node.left)):
                for one in possible(box):
                    if isinstance(one, Container) and one.kind in REPEATABLE and not isinstance(count, Container):
                        return self._times(node, one, _factor(factor, count))
                    if isinstance(one, Module) and one.container == "sequential":
                        self.note_repeat(node, one.items, _factor(factor, count))
                        return one
        if isinstance(node.operator, cst.Add):
            options = list(possible(left)) + list(possible(right))
            boxes = [one for one in options if isinstance(one, Container)]
            if boxes:
                return Container(boxes[0].kind, [Each(left), Each(right)], node)
        return self.arithmetic(left, right, node.operator)

    def _times(self, node: cst.BinaryOperation, box: Container, how: str) -> Value:
        literal = box.node is not None and isinstance(box.node, cst.List | cst.Tuple)
        if literal:
            self.note_repeat(node, box.items, how)
        return Container(box.kind, list(box.items), node)

    @staticmethod
    def arithmetic(left: Value, right: Value, operator: cst.CSTNode | None = None) -> Value:
        """The kind of `left op right`: a Parameter in arithmetic is lost, constants with constants stay constants."""
        options = [*possible(left), *possible(right)]
        origin = next((one for one in options if isinstance(one, Parameter)), None)
        if origin is not None and not any(isinstance(one, (Module, Container)) for one in options):
            return Tensor(lost="arithmetic", origin=origin)
        tensors = [one for one in options if isinstance(one, Tensor)]
        if not all(isinstance(one, (Tensor, Plain, Argument, Opaque)) for one in options):
            return UNKNOWN
        known = all(isinstance(one, (Tensor, Plain)) for one in options)
        if not tensors:
            return Plain() if known else UNKNOWN
        # Whatever a tensor is combined with, the result is a tensor: on one side all must be, or none is.
        if not any(all(isinstance(one, Tensor) for one in possible(side)) for side in (left, right)):
            return UNKNOWN
        result = _combined(tensors)
        if isinstance(operator, cst.MatrixMultiply) or (not known and result.scalar):
            result.scalar = None
        return result

    def unary(self, node: cst.UnaryOperation) -> Value:
        value = self.evaluate(node.expression)
        if isinstance(node.operator, cst.Not):
            return Plain(flag=True)
        if isinstance(value, Parameter):
            return Tensor(lost="arithmetic", origin=value)
        return value if isinstance(value, (Tensor, Plain)) else UNKNOWN

    def comparison(self, node: cst.Comparison) -> Value:
        values = [self.evaluate(node.left)] + [self.evaluate(one.comparator) for one in node.comparisons]
        tensors = [one for one in values if isinstance(one, (Tensor, Parameter))]
        if not tensors:
            return Plain(flag=True)
        fresh = all(isinstance(one, Plain) or (isinstance(one, Tensor) and one.fresh) for one in values)
        return Tensor(fresh=fresh, scalar=False if any(one.scalar is False for one in tensors) else None)

    def note_repeat(self, node: cst.CSTNode, items: list[Value], how: str) -> None:
        """One object at several places. What is registered already is shared on purpose."""
        shared = [one for item in items for one in possible(item) if isinstance(one, Module) and not one.registered]
        if shared:
            self.emit("repeat", node, value=either(*shared), how=how, chosen=self.chosen(node))

    def chosen(self, node: cst.CSTNode) -> bool:
        """Is an object that has a name repeated on one path only? Then sharing is an option of the class, and meant."""
        if isinstance(node, cst.BinaryOperation):
            boxes = [side for side in (node.left, node.right) if isinstance(side, cst.List | cst.Tuple)]
            named = all(isinstance(element.value, cst.Name) for box in boxes for element in box.elements)
        else:
            named = True
        return named and any(mark in self.tests and mark not in self.one_sided for mark, _ in self.frame.path)


def _combined(tensors: list[Tensor]) -> Tensor:
    """The result of an operation on tensors: it has dimensions when one of them has."""
    scalars = {one.scalar for one in tensors}
    first = next((one for one in tensors if one.lost), None)
    return Tensor(
        scalar=False if False in scalars else None if None in scalars else True,
        fresh=all(one.fresh for one in tensors),
        lost=first.lost if first else None,
        origin=first.origin if first else None,
        given=any(one.given for one in tensors),
    )


def _factor(node: cst.BaseExpression, value: Value) -> str:
    """How often something is repeated, in words: the number, "flag" for a comparison or boolean, else ""."""
    options = possible(value)
    if any(isinstance(one, (Plain, Argument)) and one.flag for one in options):
        return "flag"
    if len(options) == 1 and isinstance(options[0], Plain) and isinstance(options[0].literal, int):
        return str(int(options[0].literal))
    if isinstance(node, cst.Comparison | cst.UnaryOperation | cst.BooleanOperation):
        return "flag"
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in ("bool", "int"):
        return "flag"
    return ""
