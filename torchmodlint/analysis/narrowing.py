"""What a condition tells of the names in it, on the paths where it holds and on those where it does not."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.assignments import Assignments
from torchmodlint.analysis.values import Argument, Nothing, Opaque, known_as, possible


class Narrowing(Assignments):
    """`isinstance(x, C)` makes known what was not; what is known already is left as it is."""

    def narrow(self, test: cst.BaseExpression, holds: bool) -> None:
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            self.narrow(test.expression, not holds)
        elif isinstance(test, cst.BooleanOperation):
            if isinstance(test.operator, cst.And) is holds:  # else nobody knows which side decided
                self.narrow(test.left, holds)
                self.narrow(test.right, holds)
        elif isinstance(test, cst.Call) and holds:
            self._instance_of(test)

    def _instance_of(self, test: cst.Call) -> None:
        if not (isinstance(test.func, cst.Name) and test.func.value == "isinstance" and len(test.args) == 2):
            return
        subject, classes = (arg.value for arg in test.args)
        own = isinstance(subject, cst.Attribute) and self.is_self(subject.value)
        if not isinstance(subject, cst.Name) and not own:
            return
        value = self.evaluate(subject)
        if any(not isinstance(one, Opaque | Argument | Nothing) for one in possible(value)):
            return
        told = self.annotated(classes)
        if told is None:
            return
        if isinstance(subject, cst.Name):
            self.frame.env[subject.value] = known_as(value, told)
        elif isinstance(subject, cst.Attribute):
            self.frame.attrs[subject.attr.value] = known_as(value, told)
