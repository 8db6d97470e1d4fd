"""Conditions and choices in expressions: what is known to hold, and what only one of several arms does."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.flow.machine import Machine
from torchmodlint.analysis.flow.things import NOTHING, Const, Flag, Value, either, mixed
from torchmodlint.analysis.tree import descendants


class Logic(Machine):
    """Evaluates conditional expressions, `and`, `or`, `not` and comparisons."""

    def conditional(self, node: cst.IfExp) -> Value:
        known = self.truth(self.evaluate(node.test))
        if known is not None:
            return self.evaluate(node.body if known else node.orelse)
        return self.one_of(node.body, node.orelse)

    def boolean(self, node: cst.BooleanOperation) -> Value:
        left = self.evaluate(node.left)
        known = self.truth(left)
        if known is not None and known is isinstance(node.operator, cst.Or):
            return left
        if known is not None:
            return self.evaluate(node.right)
        right = self.one_of(None, node.right)
        if isinstance(left, Flag) or isinstance(right, Flag):
            return left if isinstance(left, Flag) else right
        return either(left, right)

    def one_of(self, *arms: cst.BaseExpression | None) -> Value:
        """What one of several expressions gives, and does; None stands for doing nothing."""
        if not any(arm is not None and self.calls(arm) for arm in arms):
            return either(*(self.evaluate(arm) for arm in arms if arm is not None))
        start = self.state()
        values: list[Value] = []
        ends = []
        for arm in arms:
            self.restore(start)
            if arm is not None:
                values.append(self.evaluate(arm))
            ends.append(self.state())
        self.meet(ends)
        return either(*values)

    def calls(self, node: cst.BaseExpression) -> bool:
        """Is there a call in an expression, so that evaluating it may do something?"""
        if id(node) not in self.calling:
            self.calling[id(node)] = any(type(one) is cst.Call for one in descendants(node))
        return self.calling[id(node)]

    def unary(self, node: cst.UnaryOperation) -> Value:
        value = self.evaluate(node.expression)
        if type(node.operator) is cst.Not:
            known = self.truth(value)
            if isinstance(value, Flag):
                return value
            return NOTHING if known is None else Const(not known)
        if isinstance(node.operator, cst.Minus) and isinstance(value, Const) and isinstance(value.value, int):
            return Const(-value.value)
        return mixed(value)

    def comparison(self, node: cst.Comparison) -> Value:
        left = self.evaluate(node.left)
        rights = [self.evaluate(one.comparator) for one in node.comparisons]
        for value in (left, *rights):
            if isinstance(value, Flag):
                return value
        if len(rights) == 1 and isinstance(left, Const) and isinstance(rights[0], Const):
            operator = node.comparisons[0].operator
            same = left.value == rights[0].value
            if isinstance(operator, cst.Equal | cst.Is):
                return Const(same)
            if isinstance(operator, cst.NotEqual | cst.IsNot):
                return Const(not same)
        return mixed(left, *rights).detached()

    def truth(self, value: Value) -> bool | None:
        """Whether a condition holds, where that is known."""
        return bool(value.value) if isinstance(value, Const) else None
