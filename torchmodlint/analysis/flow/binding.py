"""Entering a function: what its parameters hold, and what its decorators do to gradients."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.flow import libraries
from torchmodlint.analysis.flow.machine import Given
from torchmodlint.analysis.flow.methods import Methods
from torchmodlint.analysis.flow.things import (
    GIVEN,
    OFF,
    ON,
    UNKNOWN,
    Const,
    Grad,
    Manager,
    Several,
    Some,
    Thing,
    Value,
    things_in,
)

_PLAIN = frozenset({cst.Name, cst.Integer, cst.SimpleString})


class Binding(Methods):
    """Prepares the frame of a function that is about to run."""

    def decorate(self, function: cst.FunctionDef) -> None:
        """Gradients as the decorators of a function have them."""
        for decorator in function.decorators:  # the nearest is the innermost, and decides
            node = decorator.decorator
            ref = self.dotted_name(node.func if isinstance(node, cst.Call) else node)
            name = ref.name if ref is not None and ref.source is None else None
            if name in libraries.GRADIENTS:
                value = self.evaluate(node) if isinstance(node, cst.Call) else Manager(OFF, self.here(node))
                kind = value.kind if isinstance(value, Manager) else None
                if not isinstance(node, cst.Call) and libraries.GRADIENTS[name] == ON:
                    kind = ON
                self.world.grads = frozenset({Grad(kind or UNKNOWN, self.here(node), self.steps)})
            elif ref is None or ref.source is not None:
                written = node.func if isinstance(node, cst.Call) else node
                if not (isinstance(written, cst.Name) and written.value in ("staticmethod", "classmethod", "property")):
                    self.world.grads = frozenset({Grad(UNKNOWN, self.here(node))})

    def bind(self, params: cst.Parameters, given: Given, skip: int) -> None:
        env = self.frame.env
        spread = given.spread
        for at, param in enumerate([*params.posonly_params, *params.params][skip:]):
            env[param.name.value] = self._bound(param, None if spread else given.get(at, param.name.value), spread)
        for param in params.kwonly_params:
            env[param.name.value] = self._bound(param, given.keywords.get(param.name.value), spread)
        if type(params.star_arg) is cst.Param:
            env[params.star_arg.name.value] = Several(tuple(given.values), False)
        if params.star_kwarg is not None:
            box = Thing(UNKNOWN, holds=things_in(*given.keywords.values()))
            for name, value in given.keywords.items():
                self.world.hold(box, f"[{name!r}]", value)
            env[params.star_kwarg.name.value] = Some((box,))

    def _bound(self, param: cst.Param, value: Value | None, spread: bool) -> Value:
        """The argument; where none is given, a default that is a constant, else something the caller knows."""
        if value is not None:
            return value
        default = param.default
        constant = self.evaluate(default) if default is not None and type(default) in _PLAIN else None
        entry = len(self.functions) <= 1 and not self.chain  # nobody in sight calls it: the default need not hold
        if isinstance(constant, Const) and not entry and not spread:
            return constant
        return Some((Thing(GIVEN),))
