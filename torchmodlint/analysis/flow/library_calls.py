"""What calls of library functions do and give, by dotted name."""

from __future__ import annotations

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
    Named,
    Several,
    Some,
    Thing,
    Value,
    either,
    functions_in,
    mixed,
    things_in,
)
from torchmodlint.analysis.project import Ref


class LibraryCalls(Expressions):
    """Evaluates calls of names of libraries; see `libraries` for the tables."""

    def call_method(self, node: cst.Call, thing: Thing, name: str, given: Given) -> Value:
        raise NotImplementedError

    def call_value(self, node: cst.Call, callee: Value, given: Given) -> Value:
        raise NotImplementedError

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
            return Several((*given.values, *(Some((one,)) for one in things_in(*given.keywords.values()))))
        if name in libraries.SUMMARIES:
            self._summarise(things_in(*values))
            return NOTHING
        if name in libraries.GRADIENT_REQUESTS:
            self.back(node, first)
            return mixed(*values)
        if name in ("getattr", "setattr") and len(values) > 1:
            return self._by_name(node, name, values)
        if name in libraries.NUMBERS:
            return NOTHING
        if name in libraries.DUMMIES:
            return Computed(dummy=True)
        if name in libraries.LIKES or name.removeprefix("torch.") in libraries.FLAT:
            return mixed(first).detached()
        if name.startswith("torch.") and gives_indices(name.removeprefix("torch."), given, 1):
            return with_indices(mixed(*values))
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
            self.world.load(thing, Load(self.here(node), self.steps))
        return Some((thing,))

    def _copy(self, node: cst.Call, value: Value) -> Value:
        """Another object in the same state."""
        if not isinstance(value, Some):
            return value
        copies = []
        for thing in value.things:
            copy = Thing(UNKNOWN, self.here(node), thing.ref)
            self.world.modes = {**self.world.modes, copy: self.world.mode(thing)}
            copies.append(copy)
        return Some(tuple(copies))

    def _summarise(self, things: tuple[Thing, ...]) -> None:
        for thing in things:
            if not thing.part:
                self.world.set_mode(thing, self.world.mode(thing))

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
            self.world.hold(thing, name.value, values[2] if len(values) > 2 else NOTHING)
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
        if first is not None and isinstance(first, (Function, Named)) and kind != UNKNOWN:
            return first  # torch.no_grad()(f) is no_grad applied to f, which is followed as f
        return Manager(kind, site)


def gives_indices(name: str, given: Given, at: int) -> bool:
    """Does a function or method of that name, whose argument `dim` is the one at `at`, give values and indices?"""
    dim = given.get(at, "dim")
    along = "dim" in given.keywords or (isinstance(dim, Const) and isinstance(dim.value, int))
    return name in libraries.RANKING or (name in libraries.ALONG and along)


def with_indices(values: Computed) -> Several:
    return Several((values, values.detached()))


def _is_off(value: Value | None) -> bool:
    return isinstance(value, Const) and not value.value
