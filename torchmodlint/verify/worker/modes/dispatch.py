"""What is done with opaque values: attributes, items, calls of what may be a module, a tensor or anything else."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType
from typing import Any

import torch

from torchmodlint.verify.worker.modes import layers, library
from torchmodlint.verify.worker.modes.events import Assigned
from torchmodlint.verify.worker.modes.methods import (
    MODULE_LISTS,
    PURE,
    detached,
    make_leaf,
    method,
    module_method,
    unknown_method,
)
from torchmodlint.verify.worker.modes.opaque import Opaque, derived, fresh, hooks, identity, truth, within
from torchmodlint.verify.worker.modes.recorder import Recorder, StandIn, adopt, materialise
from torchmodlint.verify.worker.modes.run import run
from torchmodlint.verify.worker.modes.states import state
from torchmodlint.verify.worker.modes.taking import called, held, opaque_sources


def attribute(value: Opaque, name: str) -> Any:
    """The attribute of that name, the same one each time."""
    inside = value._tml
    if name == "training" and inside.module is not None:
        return mode_of(inside.module)
    if name == "requires_grad" and inside.leaf is not None:
        return inside.leaf.requires_grad
    if name == "data" and inside.tensor is not None:
        return detached(value, name)
    key = "." + name
    if key not in inside.parts:
        origin = f"{inside.origin}.{name}" if inside.origin else ""
        known = library.known(origin) if origin else None
        part = Opaque(name, origin, value) if known is None else known
        if isinstance(part, Opaque) and inside.tensor is not None:
            part._tml.tensor, part._tml.sources = inside.tensor, inside.sources
        inside.parts[key] = part
    return inside.parts[key]


def mode_of(module: Recorder) -> bool:
    """The training flag. Where the caller left it in an unknown mode, either is gone through."""
    if not module._tml_known and module._tml_doubt is not None:
        preferred = derived("training of", module)
        preferred._tml.preferred = module.training
        training = truth(preferred)
        torch.nn.Module.train(module, training)
        module._tml_known, module._tml_doubt = True, None
        for event in run().tape.calls:  # it has been in this mode from the start
            if event.module is module and not event.known:
                event.training, event.flags = training, frozenset([training])
    return module.training


def assign(value: Opaque, name: str, new: Any) -> None:
    """An attribute is assigned; those that torch reads reach the real module, parameter or tensor."""
    inside = value._tml
    target = inside.leaf if inside.leaf is not None else inside.module
    watched = target is not None and name in run().watched
    before = state(target) if watched and target is not None else {}
    if name == "training" and inside.module is not None:
        inside.module.__dict__["training"] = bool(new)
    elif name == "requires_grad" and inside.leaf is not None:
        inside.leaf.requires_grad = bool(new)
    elif name == "requires_grad" and inside.module is None and new is True:
        make_leaf(value)
    else:
        inside.parts["." + name] = new
        adopt(value, new, name)
    if watched and target is not None:
        file, line = run().here()
        run().tape.assignments.append(Assigned(file, line, name, target, before, state(target)))
    elif target is None and opaque_sources((new,)):
        layers.escape((new,), f"`{inside.name}.{name}`")


def item(value: Opaque, key: Any) -> Any:
    """The item of that key, the same one each time."""
    inside = value._tml
    whole = isinstance(key, slice) or (isinstance(key, tuple) and any(isinstance(one, slice) for one in key))
    if whole or inside.tensor is not None:
        return fresh("item", of=(value,))
    name = identity(key)
    if name not in inside.parts:
        inside.parts[name] = Opaque(str(key) if isinstance(key, str) else "item", receiver=value)
    return inside.parts[name]


def enter(value: Opaque) -> Any:
    """A context manager out of sight: what it does to modes and gradients is unknown, unless its library is known."""
    if not library.harmless(value._tml.origin):
        run().managers.append(value._tml.origin or value._tml.name)
    return value


def leave(value: Opaque) -> None:
    if not library.harmless(value._tml.origin) and run().managers:
        run().managers.pop()


def call(function: Opaque, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """A call of which nobody says where it stands."""
    return opaque_call(function, arguments, keywords, dropped=False, modelish=False)


def opaque_call(
    function: Opaque, arguments: tuple[Any, ...], keywords: dict[str, Any], *, dropped: bool, modelish: bool
) -> Any:
    """A call of an opaque value. `modelish`: the code uses the name that it is called by as that of a module."""
    inside = function._tml
    if inside.module is not None:
        return called(inside.module, arguments, keywords)
    if inside.origin:
        result = library.called(function, arguments, keywords)
        if result is not NotImplemented:
            return result
    if isinstance(inside.receiver, Opaque) and not (inside.origin and "()" not in inside.origin):
        result = method(inside.receiver, inside.name, arguments, keywords)
        if result is not NotImplemented:
            return result
    if isinstance(inside.receiver, Recorder) and not modelish:
        return unknown_method(inside.receiver, function, arguments, keywords, dropped)
    if modelish and (not inside.origin or inside.origin.endswith("()")):
        return called(materialise(function), arguments, keywords)
    if inside.name in PURE and not list(held((*arguments, *keywords.values()))):
        return derived("call", function, *arguments, *sorted(keywords))
    if inside.name == "backward" or inside.name == "manual_backward":
        return layers.backward(arguments[:1])
    if isinstance(inside.receiver, Opaque) and inside.receiver._tml.module is not None:
        return unknown_method(inside.receiver._tml.module, function, arguments, keywords, dropped)
    return library.unknown(function, arguments, keywords, dropped)


def invoke(
    function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], *, dropped: bool, modelish: bool
) -> Any:
    """A call in the user's code, of whatever it is."""
    if isinstance(function, Opaque):
        return opaque_call(function, arguments, keywords, dropped=dropped, modelish=modelish)
    owner = getattr(function, "__self__", None)
    name = getattr(function, "__name__", "")
    if isinstance(owner, Recorder) and name in MODULE_LISTS:
        return module_method(owner, name)(*arguments, **keywords)
    if isinstance(function, FunctionType) and arguments and isinstance(arguments[0], Opaque):
        if getattr(Recorder, name, None) is function:  # `nn.Module.eval(model)`
            return getattr(materialise(arguments[0]), name)(*arguments[1:], **keywords)
    if function in (int, float, str, repr) and list(within(arguments)):
        return derived(function.__name__, *arguments)
    plain = isinstance(function, BuiltinFunctionType) or getattr(function, "__module__", None) == "builtins"
    if not plain or (isinstance(function, type) and issubclass(function, (StandIn, Recorder))):
        return function(*arguments, **keywords)
    try:
        return function(*arguments, **keywords)
    except (TypeError, ValueError, AttributeError) as error:
        inner = error.__traceback__.tb_next if error.__traceback__ is not None else None
        if inner is None and ("Opaque" in str(error) or list(within((*arguments, keywords)))):
            return fresh("result", of=(*arguments, keywords, owner))
        raise


hooks.attribute, hooks.assign, hooks.item, hooks.adopt = attribute, assign, item, adopt
hooks.call, hooks.enter, hooks.leave = call, enter, leave
