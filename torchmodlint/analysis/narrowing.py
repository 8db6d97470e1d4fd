"""What a condition tells of the names in it, on the paths where it holds and on those where it does not."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.assignments import Assignments
from torchmodlint.analysis.values import Argument, Module, Nothing, Opaque, known_as, possible


class Narrowing(Assignments):
    """`isinstance(x, C)` makes known what was not; what is known already is left as it is."""

    def narrow(self, test: cst.BaseExpression, holds: bool) -> None:
        if type(test) is cst.UnaryOperation and isinstance(test.operator, cst.Not):
            self.narrow(test.expression, not holds)
        elif type(test) is cst.BooleanOperation:
            if isinstance(test.operator, cst.And) is holds:  # else nobody knows which side decided
                self.narrow(test.left, holds)
                self.narrow(test.right, holds)
        elif type(test) is cst.Call and holds:
            self._instance_of(test)

    def _instance_of(self, test: cst.Call) -> None:
        if not (isinstance(test.func, cst.Name) and test.func.value == "isinstance" and len(test.args) == 2):
            return
        subject, classes = (arg.value for arg in test.args)
        own = isinstance(subject, cst.Attribute) and self.is_self(subject.value)
        if not isinstance(subject, cst.Name) and not own:
            return
        value = self.evaluate(subject)
        options = list(possible(value))
        known = [one for one in options if not isinstance(one, Opaque | Argument | Nothing)]
        if any(not isinstance(one, Module) or one.container or one.node is not None for one in known):
            return
        if all(isinstance(one, Module) and one.cls is not None for one in options):
            return
        told = self.annotated(classes)
        if told is None or (known and not all(isinstance(one, Module) for one in possible(told))):
            return
        for one in possible(told):
            if isinstance(one, Module):  # a module of which only the class was unknown
                one.items += [part for whole in known if isinstance(whole, Module) for part in whole.items]
                one.registered = any(isinstance(whole, Module) and whole.registered for whole in known)
        if isinstance(subject, cst.Name):
            self.frame.env[subject.value] = known_as(value, told)
        elif isinstance(subject, cst.Attribute):
            self.frame.attrs[subject.attr.value] = known_as(value, told)
