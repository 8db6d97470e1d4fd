"""What assignments do: names, attributes, elements; and the flags that freeze parameters."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.flow.helpers import Helpers
from torchmodlint.analysis.flow.things import NOTHING, UNKNOWN, Const, Several, Some, Value, either, mixed, some_of

NO_ATTRIBUTES = frozenset({"grad", "data"})


class Assignments(Helpers):
    """Assigns values to targets of every form."""

    def assign(self, target: cst.BaseExpression, value: Value) -> None:
        if type(target) is cst.Name:  # quicker than isinstance() about what a node is not
            self.frame.env[target.value] = value
        elif type(target) is cst.Attribute:
            self._assign_attribute(target, value)
        elif type(target) is cst.Subscript:
            self._assign_item(target, value)
        elif isinstance(target, cst.Tuple | cst.List):
            self._unpack(target, value)
        elif isinstance(target, cst.StarredElement):
            self.assign(target.value, value)

    def _unpack(self, target: cst.Tuple | cst.List, value: Value) -> None:
        elements = [one.value for one in target.elements]
        starred = any(type(one) is cst.StarredElement for one in target.elements)
        for at, element in enumerate(elements):
            if isinstance(value, Several) and value.exact and not starred:
                self.assign(element, value.items[at] if at < len(value.items) else NOTHING)
            elif isinstance(value, Some):
                self.assign(element, either(*(self.item(thing, Const(at)) for thing in value.things)))
            else:
                self.assign(element, self.iterated(value))

    def _assign_attribute(self, target: cst.Attribute, value: Value) -> None:
        base = self.evaluate(target.value)
        name = target.attr.value
        if name == "requires_grad":
            self._requires_grad(base, value)
        elif isinstance(base, Some) and name == "training":
            self.set_mode(base.things, UNKNOWN, target)
        elif isinstance(base, Some) and name not in NO_ATTRIBUTES:
            for thing in base.things:
                self.world.hold(thing, name, value)
                if thing.owner or thing.ref is not None:  # an instance, whose methods may go on with it
                    self.release(value)

    def _requires_grad(self, base: Value, value: Value) -> None:
        """Parameters may be frozen; an input that asks for its gradient tells that one is wanted."""
        if isinstance(base, Some) and isinstance(value, Const) and not value.value:
            for thing in base.things:
                self._freeze(thing, value)
        elif not isinstance(base, Some) or not any(thing.part for thing in base.things):
            self.suspect(lasting=True)

    def _assign_item(self, target: cst.Subscript, value: Value) -> None:
        base = self.evaluate(target.value)
        keys = [one.slice.value for one in target.slice if isinstance(one.slice, cst.Index)]
        key = self.evaluate(keys[0]) if len(keys) == 1 else None
        if isinstance(base, Some):
            name = f"[{key.value!r}]" if isinstance(key, Const) else "[]"
            for thing in base.things:
                self.world.hold(thing, name, value)
                if thing.owner or (thing.parent is not None and thing.parent.owner):
                    self.release(value)
        elif isinstance(target.value, cst.Name):
            grown = some_of(*base.items, value) if isinstance(base, Several) else mixed(base, value)
            self.frame.env[target.value.value] = grown
