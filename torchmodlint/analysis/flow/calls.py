"""What a call does: to modes, to gradients, to the graph."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from torchmodlint.analysis.flow import libraries
from torchmodlint.analysis.flow.library_calls import LibraryCalls, gives_indices, with_indices
from torchmodlint.analysis.flow.machine import Given, called_name
from torchmodlint.analysis.flow.things import (
    NOTHING,
    UNKNOWN,
    Computed,
    Each,
    Function,
    Grad,
    Manager,
    Method,
    Named,
    Setting,
    Several,
    Some,
    Thing,
    Value,
    either,
    functions_in,
    mixed,
    some_of,
    things_in,
)
from torchmodlint.analysis.project import Ref

MODULES_ONLY = frozenset({"train", "eval", "parameters", "named_parameters", "state_dict", "load_state_dict"})
SWITCHES = frozenset({"train", "eval"})
GROWING = frozenset({"append", "extend", "add", "insert", "update", "appendleft"})


class Calls(LibraryCalls):
    """Evaluates calls of names; those of methods of things are in `methods`."""

    def call_method(self, node: cst.Call, thing: Thing, name: str, given: Given) -> Value:
        raise NotImplementedError

    def call_project(self, node: cst.Call, ref: Ref, given: Given) -> Value:
        raise NotImplementedError

    def call_super(self, node: cst.Call, name: str, given: Given) -> Value:
        raise NotImplementedError

    def arguments(self, node: cst.Call) -> Given:
        given = Given([], {})
        for arg in node.args:
            value = self.evaluate(arg.value)
            if arg.star:
                given.spread = True
                given.values.append(self.iterated(value))
            elif arg.keyword is not None:
                given.keywords[arg.keyword.value] = value
            else:
                given.values.append(value)
        return given

    def call(self, node: cst.Call) -> Value:
        func = node.func
        if type(func) is cst.Attribute:
            if type(func.value) is cst.Call and type(func.value.func) is cst.Name:
                if func.value.func.value == "super":
                    return self.call_super(node, func.attr.value, self.arguments(node))
            base = self.evaluate(func.value)
            if not isinstance(base, Named):
                return self._call_on(node, func, base, func.attr.value)
            callee = self.member_of_name(base.ref, func.attr.value)
        else:
            callee = self.evaluate(func)
        return self.call_value(node, callee, self.arguments(node))

    def call_value(self, node: cst.Call, callee: Value, given: Given) -> Value:
        if isinstance(callee, Named):
            if callee.ref.source is None:
                return self.call_library(node, callee.ref, given)
            return self.call_project(node, callee.ref, given)
        if isinstance(callee, Function):
            return self.run_function(callee, given, node)
        if isinstance(callee, Method):
            return self.call_method(node, callee.thing, callee.name, given)
        if isinstance(callee, Some):
            models = [one for one in things_in(*given.all()) if self.is_model(one)]
            if not libraries.only_looks(called_name(node)):
                self.lose([Some((one,)) for one in models], node)
            return self.use(node, callee.things, given.all())
        return self.out_of_sight(node, given)

    # methods of values that are no things

    def _call_on(self, node: cst.Call, func: cst.Attribute, base: Value, name: str) -> Value:
        given = self.arguments(node)
        if isinstance(base, Some):
            return self._on_things(node, base, name, given)
        if name in GROWING and type(func.value) in (cst.Name, cst.Attribute):
            return self._grow(node, func.value, base, name, given)
        if isinstance(base, (Several, Each)):
            return self._of_several(node, base, name, given)
        if name == "backward":
            self.back(node, base)
            return NOTHING
        if isinstance(base, Manager) and name in ("__enter__", "__exit__"):
            kind = base.kind if name == "__enter__" else UNKNOWN
            self.world.grads = frozenset({Grad(kind, base.site, self.steps)}) if kind is not None else self.world.grads
            return base
        if isinstance(base, Computed):
            return self._of_computed(node, base, name, given)
        return self.out_of_sight(node, given, name)

    def _on_things(self, node: cst.Call, base: Some, name: str, given: Given) -> Value:
        """A method of every thing in turn, or of one of them, nobody knows which."""
        start = self.state() if len(base.things) > 1 and not base.every else None
        results = []
        ends = []
        for thing in base.things:
            if start is not None:
                self.restore(start)
            held = self.member(thing, name)
            if self._is_kept(thing, name, held):
                results.append(self.call_value(node, held, given))
            else:
                results.append(self.call_method(node, thing, name, given))
            if start is not None:
                ends.append(self.state())
        if start is not None:
            self.meet(ends)
            if name in SWITCHES:  # whichever it is
                told = [world.mode(one) for (_, world), one in zip(ends, base.things, strict=True)]
                self.world.joint = {**self.world.joint, base.things: frozenset[Setting]().union(*told)}
        result = either(*results)
        return Some(result.things, base.every) if isinstance(result, Some) else result

    def _is_kept(self, thing: Thing, name: str, held: Value) -> bool:
        """Is `thing.name(...)` a call of what the attribute holds, and not of a method?"""
        if (thing, name) in self.world.heap:
            return True
        if isinstance(held, Method):
            return False
        if any(self.is_model(one) for one in things_in(held)):
            return True
        return thing.owner and thing.ref is not None and self.assigns(thing.ref, name)

    def assigns(self, ref: Ref, name: str) -> bool:
        """Do the methods in sight of a class assign an attribute of that name?"""
        raise NotImplementedError

    def _grow(self, node: cst.Call, target: cst.BaseExpression, base: Value, name: str, given: Given) -> Value:
        """`box.append(x)`: what the name holds is computed from more, or holds one thing more."""
        if isinstance(base, Several):
            added = given.all() if name in ("append", "add") else [Each(value) for value in given.all()]
            items = [self.iterated(one) if isinstance(one, Each) else one for one in added]
            self.assign(target, some_of(*base.items, *items))
        else:
            self.assign(target, mixed(base, *given.all()))
        return NOTHING

    def _of_several(self, node: cst.Call, base: Several | Each, name: str, given: Given) -> Value:
        inner = self.iterated(base)
        if name in ("items", "values", "keys", "copy"):
            return Each(inner)
        if name in ("pop", "get", "popleft"):
            return inner
        if name in ("index", "count", "sort", "reverse", "clear", "remove"):
            return NOTHING
        return self.out_of_sight(node, given, name)

    def _of_computed(self, node: cst.Call, base: Computed, name: str, given: Given) -> Value:
        values = given.all()
        if name in libraries.NUMERIC:
            return NOTHING
        if name in MODULES_ONLY:
            for use in base.uses:
                use.maker = True
        if name in libraries.DETACHING:
            return base.detached()
        if gives_indices(name, given, 0):
            return with_indices(base)
        if name == "numpy":  # which only works on what has no graph
            for use in base.live:
                use.loud = True
            return base.detached()
        if name in ("requires_grad_", "retain_grad", "register_hook"):
            self.suspect(lasting=True)
            return base
        for function in functions_in(*values):
            self.run_function(function, Given([NOTHING] * 8))
        self.lose([value for value in values if isinstance(value, Some)], node)
        result = replace(mixed(base, *values), dummy=base.dummy)
        if "backward" in name:
            self.back(node, result)
        return result if result.uses or base.dummy else Some((Thing(UNKNOWN),))
