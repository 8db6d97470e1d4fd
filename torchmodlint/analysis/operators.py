"""What operators give: arithmetic on tensors and Parameters, and containers repeated or joined."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.machine import Machine
from torchmodlint.analysis.values import (
    UNKNOWN,
    Container,
    Each,
    Module,
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
                        return self._times(node, one, factor)
                    if isinstance(one, Module) and one.container == "sequential":
                        self.note_repeat(node, one.items, _factor(factor))
                        return one
        if isinstance(node.operator, cst.Add):
            options = list(possible(left)) + list(possible(right))
            boxes = [one for one in options if isinstance(one, Container)]
            if boxes:
                return Container(boxes[0].kind, [Each(left), Each(right)], node)
        return self.arithmetic(left, right)

    def _times(self, node: cst.BinaryOperation, box: Container, factor: cst.BaseExpression) -> Value:
        literal = box.node is not None and isinstance(box.node, cst.List | cst.Tuple)
        if literal:
            self.note_repeat(node, box.items, _factor(factor))
        return Container(box.kind, list(box.items), node)

    @staticmethod
    def arithmetic(left: Value, right: Value) -> Value:
        """The kind of `left op right`: a Parameter in arithmetic is lost, constants with constants stay constants."""
        options = [*possible(left), *possible(right)]
        origin = next((one for one in options if isinstance(one, Parameter)), None)
        if origin is not None and not any(isinstance(one, Module | Container) for one in options):
            return Tensor(lost="arithmetic", origin=origin)
        if not all(isinstance(one, Tensor | Plain) for one in options):
            return UNKNOWN
        tensors = [one for one in options if isinstance(one, Tensor)]
        return _combined(tensors) if tensors else Plain()

    def unary(self, node: cst.UnaryOperation) -> Value:
        value = self.evaluate(node.expression)
        if isinstance(node.operator, cst.Not):
            return Plain()
        if isinstance(value, Parameter):
            return Tensor(lost="arithmetic", origin=value)
        return value if isinstance(value, Tensor | Plain) else UNKNOWN

    def comparison(self, node: cst.Comparison) -> Value:
        values = [self.evaluate(node.left)] + [self.evaluate(one.comparator) for one in node.comparisons]
        tensor = any(isinstance(one, Tensor | Parameter) for one in values)
        fresh = all(isinstance(one, Plain) or (isinstance(one, Tensor) and one.fresh) for one in values)
        return Tensor(fresh=fresh) if tensor else Plain()

    def note_repeat(self, node: cst.CSTNode, items: list[Value], how: str) -> None:
        """One object at several places. What is registered already is shared on purpose."""
        shared = [one for item in items for one in possible(item) if isinstance(one, Module) and not one.registered]
        if shared:
            self.emit("repeat", node, value=either(*shared), how=how)


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


def _factor(node: cst.BaseExpression) -> str:
    """How often something is repeated, in words: the number, "flag" for a comparison or boolean, else ""."""
    if isinstance(node, cst.Integer):
        return node.value
    if isinstance(node, cst.Comparison | cst.UnaryOperation | cst.BooleanOperation):
        return "flag"
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in ("bool", "int"):
        return "flag"
    return ""
