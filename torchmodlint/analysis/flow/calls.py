"""What a call does: to modes, to gradients, to the graph."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.flow import libraries
from torchmodlint.analysis.flow.expressions import Expressions
from torchmodlint.analysis.flow.machine import Given
from torchmodlint.analysis.flow.things import (
    NEW,
    NOTHING,
    OFF,
    ON,
    UNKNOWN,
    Computed,
    Const,
    Each,
    Function,
    Grad,
    Load,
    Manager,
    Method,
    Named,
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

GROWING = frozenset({"append", "extend", "add", "insert", "update", "appendleft"})


class Calls(Expressions):
    """Evaluates calls of names; those of methods of things are in `methods`."""

    def call_method(self, node: cst.Call, thing: Thing, name: str, given: Given) -> Value:
        raise NotImplementedError

    def call_project(self, node: cst.Call, ref: Ref, given: Given) -> Value:
        raise NotImplementedError

    def call_super(self, node: cst.Call, name: str, given: Given) -> Value:
        raise NotImplementedError

    def arguments(self, node: cst.Call) -> Given:
        given = Given()
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
        if isinstance(func, cst.Attribute):
            if isinstance(func.value, cst.Call) and isinstance(func.value.func, cst.Name):
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
            self.lose([Some((one,)) for one in models], node)
            return self.use(node, callee.things, given.all())
        return self.out_of_sight(node, given)

    # methods of values that are no things

    def _call_on(self, node: cst.Call, func: cst.Attribute, base: Value, name: str) -> Value:
        given = self.arguments(node)
        if isinstance(base, Some):
            results = []
            for thing in base.things:
                held = self.member(thing, name)
                if isinstance(held, Method) or (thing, name) not in self.world.heap:
                    results.append(self.call_method(node, thing, name, given))
                else:
                    results.append(self.call_value(node, held, given))
            return either(*results)
        if name in GROWING and isinstance(func.value, cst.Name | cst.Attribute):
            return self._grow(node, func.value, base, name, given)
        if isinstance(base, Several | Each):
            return self._of_several(node, base, name, given)
        if name == "backward":
            self.back(node, base)
            return NOTHING
        if isinstance(base, Computed):
            return self._of_computed(node, base, name, given)
        return self.out_of_sight(node, given, name)

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
        if name in libraries.DETACHING:
            return base.detached()
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

    # library functions

    def call_library(self, node: cst.Call, ref: Ref, given: Given) -> Value:
        name = ref.name
        values = given.all()
        first = values[0] if values else NOTHING
        if name in libraries.GRADIENTS:
            return self._gradients(node, name, given)
        if name in libraries.NEUTRAL_MANAGERS:
            return Manager(None)
        if name in libraries.WRAPPERS:
            return first
        if name in libraries.COPIES:
            return self._copy(node, first)
        if name in libraries.PREPARERS:
            return Several(tuple(values))
        if name in libraries.GRADIENT_REQUESTS:
            self.back(node, first)
            return mixed(*values)
        if name in ("getattr", "setattr") and len(values) > 1:
            return self._by_name(node, name, values)
        if name in libraries.NUMBERS:
            return NOTHING
        if name in libraries.DUMMIES:
            return Computed(dummy=True)
        if name in libraries.LIKES:
            return mixed(first).detached()
        rounds = self._rounds_of(node, name, given)
        return self._other_library(node, ref, given) if rounds is None else rounds

    def _rounds_of(self, node: cst.Call, name: str, given: Given) -> Value | None:
        """What can be looped over, made of other such things; None for all other functions."""
        values = given.all()
        first = values[0] if values else NOTHING
        if name in libraries.ITERATORS:
            return first if isinstance(first, Several) else Each(self.iterated(first))
        if name == "enumerate":
            return Each(Several((NOTHING, self.iterated(first))))
        if name == "zip":
            return Each(Several(tuple(self.iterated(value) for value in values), not given.spread))
        if name == "map" and values:
            return Each(self.call_value(node, first, Given([self.iterated(value) for value in values[1:]])))
        return self.iterated(first) if name == "next" else None

    def _other_library(self, node: cst.Call, ref: Ref, given: Given) -> Value:
        name = ref.name
        owner, _, method = name.rpartition(".")
        entry = known.lookup(owner)
        if entry is not None and entry.module and given.values and isinstance(given.values[0], Some):
            rest = Given(given.values[1:], given.keywords, given.spread)  # `nn.Module.eval(model)`
            return either(*(self.call_method(node, one, method, rest) for one in given.values[0].things))
        model = self._model(node, ref, given)
        if model is not None:
            return model
        known_harmless = name.partition(".")[0] in libraries.HARMLESS or ref.is_standard()
        if name.startswith(libraries.RISKY) or not known_harmless:
            result = self.out_of_sight(node, given, name)
        else:
            result = self._harmless(node, name, given)
        if name.rpartition(".")[2][:1].isupper() and isinstance(result, Some):
            for thing in result.things:
                thing.ref = thing.ref or ref
        return result

    def _harmless(self, node: cst.Call, name: str, given: Given) -> Value:
        """A function that leaves the modes of models alone, and gives something computed from its arguments."""
        values = given.all()
        if name.startswith("torch.optim."):
            self.lose([value for value in values if all(one.part for one in things_in(value))], node)
        for function in functions_in(*values):
            self.run_function(function, Given([NOTHING] * 8))
        if name.startswith(libraries.TRANSFORMS):
            self.suspect()
        result = mixed(*values)
        opaque = name in ("torch.load", "torch.jit.load") or name.rpartition(".")[2][:1].isupper()
        return Some((Thing(UNKNOWN),)) if opaque and not result.uses else result

    def _model(self, node: cst.Call, ref: Ref, given: Given) -> Value | None:
        """A library's model, built by its class or by a function of a collection of models."""
        last = ref.name.rpartition(".")[2]
        entry = known.lookup(ref.name)
        module = entry is not None and entry.module
        zoo = ref.name in libraries.MODEL_MAKERS or (ref.name.startswith(libraries.MODEL_ZOOS) and last[:1].islower())
        if not module and not zoo:
            return None
        thing = Thing(NEW, self.here(node), ref, holds=() if zoo else things_in(*given.all()))
        if any(not _is_off(given.keywords.get(word)) for word in libraries.PRETRAINED if word in given.keywords):
            self.world.loads[thing] = frozenset({Load(self.here(node), self.steps)})
        return Some((thing,))

    def _copy(self, node: cst.Call, value: Value) -> Value:
        """Another object in the same state."""
        if not isinstance(value, Some):
            return value
        copies = []
        for thing in value.things:
            copy = Thing(UNKNOWN, self.here(node), thing.ref)
            self.world.modes[copy] = self.world.mode(thing)
            copies.append(copy)
        return Some(tuple(copies))

    def _by_name(self, node: cst.Call, how: str, values: list[Value]) -> Value:
        base, name = values[0], values[1]
        if not isinstance(base, Some):
            return mixed(base)
        if not (isinstance(name, Const) and isinstance(name.value, str)):
            self.lose([base], node) if how == "setattr" else None
            return Some((Thing(UNKNOWN, holds=base.things),))
        if how == "getattr":
            return self.attribute_of(base, name.value)
        for thing in base.things:
            self.world.heap[thing, name.value] = values[2] if len(values) > 2 else NOTHING
        return NOTHING

    def _gradients(self, node: cst.Call, name: str, given: Given) -> Value:
        kind = libraries.GRADIENTS[name]
        if name in libraries.SWITCHES:
            mode = given.get(0, "mode")
            switched = self.truth(mode) if mode is not None else name.endswith("inference_mode")
            if given.spread or (mode is not None and switched is None):
                kind = UNKNOWN
            elif name.endswith("inference_mode"):
                kind = OFF if switched else ON
            else:
                kind = ON if switched else OFF
        site = self.here(node)
        if name in libraries.AT_ONCE:
            before = self.world.grads
            self.world.grads = frozenset({Grad(kind, site, self.steps)})
            return Manager(kind, site, before)
        first = given.get(0, "func")
        if first is not None and isinstance(first, Function | Named) and kind != UNKNOWN:
            return first  # torch.no_grad()(f) is no_grad applied to f, which is followed as f
        return Manager(kind, site)


def _is_off(value: Value | None) -> bool:
    return isinstance(value, Const) and not value.value
