"""Methods of things: what puts a model in a mode, loads its weights, calls it, or lets it go out of sight."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from torchmodlint.analysis import torch_names
from torchmodlint.analysis.flow import libraries
from torchmodlint.analysis.flow.calls import Calls
from torchmodlint.analysis.flow.expressions import Found
from torchmodlint.analysis.flow.machine import Given
from torchmodlint.analysis.flow.things import (
    EVAL,
    NOTHING,
    TRAIN,
    UNKNOWN,
    Const,
    Each,
    Flag,
    Grad,
    Load,
    Manager,
    Several,
    Some,
    Thing,
    Value,
    functions_in,
    mixed,
    things_in,
)
from torchmodlint.analysis.project import Answer, Ref
from torchmodlint.analysis.tree import descendants

TENSORS = torch_names.TENSOR_METHODS | torch_names.NON_TENSOR_METHODS | torch_names.SELF_METHODS


class Methods(Calls):
    """Evaluates `thing.method(...)`."""

    def method(self, ref: Ref, name: str, after: Ref | None = None) -> Found | None:
        raise NotImplementedError

    def run_method(self, node: cst.Call, found: Found, thing: Thing | None, given: Given) -> Value:
        raise NotImplementedError

    def is_module(self, thing: Thing) -> Answer:
        return Answer.UNKNOWN if thing.ref is None else self.project.is_module(thing.ref)

    def call_method(self, node: cst.Call, thing: Thing, name: str, given: Given) -> Value:
        found = self._own(thing, name)
        if found is not None:
            return self.run_method(node, found, thing, given)
        if name in ("train", "eval"):
            return self._switch(node, thing, name, given)
        me = Some((thing,))
        if name in libraries.SELF_METHODS:
            if name == "requires_grad_":
                self._freeze(thing, given.get(0, "requires_grad"))
            return me
        if name == "apply":
            part = Some((self.part(thing, "modules()", part=True),))
            for value in given.all():
                self.call_value(node, value, Given([part]))
            return me
        if name in ("load_state_dict", "load_from_checkpoint"):
            return self._load(node, thing, given)
        if name in ("forward", "__call__"):
            return self.use(node, (thing,), given.all())
        if name == "requires_grad":
            return NOTHING
        if name in libraries.PARAMETERS:
            self.models.add(thing)
            part = Some((self.part(thing, "parameters()", part=True),))
            return Each(Several((NOTHING, part)) if name == "named_parameters" else part)
        if name in libraries.PARTS:
            part = Some((self.part(thing, "modules()", part=True),))
            return Each(Several((NOTHING, part)) if name.startswith("named") else part)
        return self._other(node, thing, name, given)

    def _own(self, thing: Thing, name: str) -> Found | None:
        """A method of the thing's class in sight that says more than what every module's method of that name does."""
        if thing.ref is None or thing.ref.source is None:
            return None
        found = self.method(thing.ref, name)
        if found is None or self.project.is_module(thing.ref) is not Answer.YES:
            return found
        if name in ("load_state_dict", "to", "cuda", "cpu") and _asks_super(found[1]):
            return None
        return None if name in ("forward", "__call__") else found

    def _switch(self, node: cst.Call, thing: Thing, name: str, given: Given) -> Value:
        mode = given.get(0, "mode")
        if self.is_module(thing) is Answer.NO or given.spread or len(given.all()) > 1 or (name == "eval" and mode):
            return self._other(node, thing, name, given)
        self.models.add(thing)
        if isinstance(mode, Flag) and thing in mode.things:
            self.world.set_mode(thing, mode.before[mode.things.index(thing)])
            return Some((thing,))
        if self._elsewhere(thing) and not self.deep:
            self.lend((thing,))  # its class may say otherwise
        kind = EVAL if name == "eval" else TRAIN
        if mode is not None:
            kind = {True: TRAIN, False: EVAL, None: UNKNOWN}[self.truth(mode)]
            if things_in(mode) and self.is_module(thing) is not Answer.YES:
                return self._other(node, thing, name, given)  # `agent.train(loader)` is no switch
        self.set_mode((thing,), kind, node)
        return Some((thing,))

    def _freeze(self, thing: Thing, flag: Value | None) -> None:
        if isinstance(flag, Const) and not flag.value:
            self.world.frozen |= {thing.parent if thing.part and thing.parent is not None else thing}
        elif not self.is_model(thing) and not thing.part:
            self.suspect(lasting=True)  # an input that asks for its own gradient

    def _load(self, node: cst.Call, thing: Thing, given: Given) -> Value:
        """Weights from another model in memory are a copy, not a loading of trained weights."""
        source = given.get(0, "state_dict")
        self.models.add(thing)
        copied = isinstance(source, Some) and any(self.is_model(one) for one in source.things)
        if not copied and not _is_state_dict(node):
            self.world.load(thing, Load(self.here(node), self.steps))
        return NOTHING

    def _other(self, node: cst.Call, thing: Thing, name: str, given: Given) -> Value:
        values = given.all()
        if name == "backward" or "backward" in name:
            graph = mixed(*values)
            if graph.uses or name != "backward":
                self.back(node, graph)
            else:
                self.suspect()
            return NOTHING
        if name == "enter_context" and values:
            if isinstance(values[0], Manager) and values[0].kind is not None:
                self.world.grads = frozenset({Grad(UNKNOWN)})  # until the stack is left, wherever that is
            return values[0]
        if name in libraries.PREPARE and things_in(*values):
            ready = given.values or values  # options have keywords
            return ready[0] if len(ready) == 1 else Several(tuple(ready))
        if name == "state_dict":
            return Some((self.part(thing, "state_dict()", part=True),))
        for function in functions_in(*values) if not name.startswith("register_") else ():
            self.run_function(function, Given([NOTHING] * 8))
        if name in libraries.QUIET_METHODS or (name in TENSORS and not self.is_model(thing)):
            return self.quiet(thing, name, values)
        result = NOTHING
        if self.is_model(thing):
            computed = self.use(node, (thing,), values, direct=False)
            result = mixed(computed)
        if self._elsewhere(thing) and not self.deep:
            self.lend((thing,))  # taken to change nothing, until the file of the class is read
            return result
        if thing.ref is not None and self.assigns(thing.ref, name):  # no method: a part, or a function kept there
            return self.use(node, (self.part(thing, name),), values, direct=False)
        if self.harmless(thing) and not thing.owner:
            computed = mixed(result, *values)
            return computed if computed.uses else Some((Thing(UNKNOWN),))
        self._doubt(node, thing, name)
        if not libraries.only_looks(name):
            self.lose(values, node)
        if result.uses:
            return result
        return self.out_of_sight(node, Given(values), name)

    def _doubt(self, node: cst.Call, thing: Thing, name: str) -> None:
        """A method out of sight may change the modes of its object; what is in eval mode is likely to stay there."""
        if libraries.only_looks(name):
            return
        world = self.world
        kept = {one: world.mode(one) for one in (thing, *world.below(thing), *world.parts(thing))}
        self.lose([Some((thing,))], node)
        if libraries.switches(name):
            return
        doubted = {
            one: frozenset(replace(setting, doubt=True) for setting in settings)
            for one, settings in kept.items()
            if all(setting.kind == EVAL for setting in settings)
        }
        world.modes = {**world.modes, **doubted}

    def _elsewhere(self, thing: Thing) -> bool:
        """Is its class, or for `self` a base of it, one of the project, but of another file?"""
        if thing.ref is None:
            return False
        line = (thing.ref, *self.project.ancestors(thing.ref)[0]) if thing.owner else (thing.ref,)
        return any(one.source is not None and one.source is not self.main for one in line)

    def harmless(self, thing: Thing) -> bool:
        """Is it an instance of a library class whose methods leave modes alone?"""
        if thing.ref is None:
            return False
        line = (thing.ref, *self.project.ancestors(thing.ref)[0])
        return all(one.source is not None or one.name.partition(".")[0] in libraries.HARMLESS for one in line)

    def quiet(self, thing: Thing, name: str, values: list[Value]) -> Value:
        """A method that changes no mode: containers of things grow, other results are unknown."""
        if name in ("items", "values"):
            item = self.iterated(Some((thing,)))
            return Each(Several((NOTHING, item)) if name == "items" else item)
        if name in ("append", "extend", "add", "insert", "update"):
            held = things_in(*values)
            if held:
                thing.holds = (*thing.holds, *(one for one in held if one not in thing.holds and one is not thing))
            self.release(mixed(*values)) if thing.owner else None
            return NOTHING
        if name in ("get", "pop", "index"):
            return self.item(thing, values[0] if values else None) if values else self.iterated(Some((thing,)))
        return mixed(*values)

    def call_super(self, node: cst.Call, name: str, given: Given) -> Value:
        """`super().method(...)`: followed into a base in sight, else what every module does."""
        frame = self.frame
        me = frame.env.get(frame.me) if frame.me is not None else None
        if not isinstance(me, Some):
            return self.out_of_sight(node, given, name)
        thing = me.things[0]
        found = self.method(thing.ref, name, after=frame.owner) if thing.ref is not None else None
        if found is not None:
            return self.run_method(node, found, thing, given)
        if name in ("train", "eval") and self.is_module(thing) is Answer.YES:
            return self._switch(node, thing, name, given)
        if name == "__init__" or name in libraries.QUIET_METHODS:
            return NOTHING
        if name in ("forward", "__call__"):
            return self.use(node, (thing,), given.all())
        return self.out_of_sight(node, given, name)


def _asks_super(method: cst.FunctionDef) -> bool:
    return any(type(one) is cst.Name and one.value == "super" for one in descendants(method.body))


def _is_state_dict(node: cst.Call) -> bool:
    """Is the first argument `something.state_dict()`?"""
    first = node.args[0].value if node.args else None
    return (
        isinstance(first, cst.Call) and isinstance(first.func, cst.Attribute) and first.func.attr.value == "state_dict"
    )
