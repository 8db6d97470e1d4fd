"""Calls of base initialisers: which class's `__init__` runs, and whether nn.Module's own is reached."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.arguments import Given
from torchmodlint.analysis.expressions import Expressions
from torchmodlint.analysis.machine import MAYBE, YES
from torchmodlint.analysis.project import MODULE, Answer, Ref
from torchmodlint.analysis.values import UNKNOWN, Reference, SelfValue, Value, possible, register

INITIALISER_FREE = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol"})


class Initialisers(Expressions):
    """`super().__init__()`, `super(C, self).__init__()` and `Base.__init__(self)`, in every spelling."""

    def arguments(self, node: cst.Call) -> Given:
        raise NotImplementedError

    def run_method(self, method: cst.FunctionDef, owner: Ref, given: Given) -> Value:
        raise NotImplementedError

    def initialise(self, node: cst.Call, func: cst.Attribute) -> Value:
        """Evaluate a call of some `x.__init__(…)`."""
        given = self.arguments(node)
        if self.cls is None:
            return UNKNOWN
        base = func.value
        if self.is_self(base):
            self._reached(node, YES, given)  # the constructor again, with other arguments
            return UNKNOWN
        if self.is_super(base):
            self._through_super(node, base, given)
            return UNKNOWN
        refs = [one.ref for one in possible(self.evaluate(base)) if isinstance(one, Reference)]
        mine = bool(given.values) and all(isinstance(one, SelfValue) for one in possible(given.values[0]))
        if not mine and given.values:
            return UNKNOWN  # another object is initialised
        rest = Given(given.values[1:], given.keywords, given.spread)
        if len(refs) != 1:
            self.emit("init", node, how="named")
            self._reached(node, YES, rest)
            return UNKNOWN
        ref = self.project.definition(refs[0])
        self.emit("init", node, ref=ref, how="named")
        ancestors, complete = self.project.ancestors(ref)
        if ref not in self.order[0] and self.project.is_module(ref) is Answer.NO:
            return UNKNOWN  # no base of ours
        self._run_first((ref, *ancestors), complete, rest, node)
        return UNKNOWN

    def _through_super(self, node: cst.Call, base: cst.BaseExpression, given: Given) -> None:
        assert isinstance(base, cst.Call)
        order, complete = self.order
        start = self.frame.owner
        how = "super"
        if len(base.args) == 1:
            self.emit("init", node, how="unbound")  # super(C) alone is bound to nothing and initialises nothing
            return
        if base.args:
            how = "super-of"
            named = base.args[0].value
            refs = [one.ref for one in possible(self.evaluate(named)) if isinstance(one, Reference)]
            if len(refs) != 1:
                own = (isinstance(named, cst.Attribute) and named.attr.value == "__class__") or isinstance(
                    named, cst.Call
                )
                self.emit("init", node, how="own" if own else "super-unknown")
                self._reached(node, YES, given)
                return
            start = self.project.definition(refs[0])
        self.emit("init", node, ref=start, how=how)
        if start not in order:
            self._reached(node, YES, given)
            return
        self._run_first(order[order.index(start) + 1 :], complete, given, node)

    def _run_first(self, order: tuple[Ref, ...], complete: bool, given: Given, node: cst.Call) -> None:
        """Run the first `__init__` in `order`, as far as it can be seen."""
        for ref in order:
            if ref.source is None:
                entry = known.lookup(ref.name)
                if ref == MODULE or (entry is not None and entry.module):
                    self.emit("reset", node, ref=ref)
                    self._reached(node, YES, given)
                    return
                if ref.name in INITIALISER_FREE or (entry is not None and not entry.module):
                    continue
                if ref.is_standard():
                    return  # a class of the standard library does not pass the call on
                self._reached(node, YES, given)
                return
            body = self.body(ref)
            if body is None:
                if self.project.is_module(ref) is not Answer.NO:
                    self.unseen = True
                    self._reached(node, YES, given)
                    return
                self.unseen = True
                continue
            if "__init__" in body.methods:
                if self.may_call(body.methods["__init__"]):
                    self.run_method(body.methods["__init__"], ref, given)
                else:
                    self._reached(node, YES, given)  # too far down to be followed
                return
            if "__init__" in body.names:
                self._reached(node, YES, given)
                return
        if not complete:
            self._reached(node, YES, given)

    def _reached(self, node: cst.Call, init: str, given: Given) -> None:
        """nn.Module's initialiser has run; a constructor that cannot be seen may keep what it was given."""
        if self.frame.init != YES:
            self.frame.init = init if init == YES else MAYBE
        for value in given.all():
            self.emit("hold", node, value=value)
            register(value)
