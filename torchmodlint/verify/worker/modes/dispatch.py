"""What is done with opaque values: attributes, items, calls of what may be a module, a tensor or anything else."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import torch

from torchmodlint.verify.worker.modes import layers, library
from torchmodlint.verify.worker.modes.events import Assigned
from torchmodlint.verify.worker.modes.opaque import Opaque, carry, derived, fresh, hooks, identity, truth, within
from torchmodlint.verify.worker.modes.recorder import (
    Recorder,
    StandIn,
    adopt,
    called,
    hand_over,
    handle,
    held,
    materialise,
    note,
    recorder_of,
    shown,
    state,
)
from torchmodlint.verify.worker.modes.run import run

# Methods that only modules have, so that what they are called on is one.
OF_MODULES = frozenset(
    ["eval", "train", "load_state_dict", "parameters", "named_parameters", "modules", "named_modules", "children", "named_children", "state_dict"]
)
LISTS = frozenset(["parameters", "named_parameters", "modules", "named_modules", "children", "named_children"])
# Methods of modules and of tensors after which it is the same module, or a tensor that goes along with the first.
SAME = frozenset(["to", "cuda", "cpu", "half", "float", "double", "bfloat16", "type", "xpu", "share_memory", "contiguous", "to_empty"])
# Methods of modules that change neither modes nor what requires gradients.
QUIET = frozenset(
    ["zero_grad", "extra_repr", "get_parameter", "get_buffer", "get_submodule", "register_buffer", "register_parameter", "buffers", "named_buffers", "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook", "register_backward_hook", "compile", "items", "keys", "values", "get", "append", "extend", "update", "no_sync", "size", "dim", "shape", "numel", "gradient_checkpointing_enable"]
)
# Methods of tensors whose result carries no graph.
DETACHING = frozenset(
    ["detach", "detach_", "item", "tolist", "numpy", "argmax", "argmin", "argsort", "nonzero", "bool", "long", "int", "byte", "size", "dim", "numel", "nelement"]
)
# Functions that give the same for the same arguments, as far as a test is concerned.
PURE = frozenset(["is_available", "exists", "isfile", "isdir", "is_file", "is_dir", "lower", "upper", "startswith", "endswith", "get", "is_initialized"])
MODULE_LISTS = frozenset(LISTS | {"buffers", "named_buffers"})


def attribute(value: Opaque, name: str) -> Any:
    """The attribute of that name, the same one each time."""
    inside = value._tml
    if name == "training" and inside.module is not None:
        return mode_of(inside.module)
    if name == "requires_grad" and inside.leaf is not None:
        return inside.leaf.requires_grad
    if name == "data" and inside.tensor is not None:
        return _detached(value, name)
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
        torch.nn.Module.train(module, truth(preferred))
        module._tml_known, module._tml_doubt = True, None
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
        _make_leaf(value)
    else:
        inside.parts["." + name] = new
        adopt(value, new, name)
    if watched and target is not None:
        file, line = run().here()
        run().tape.assignments.append(Assigned(file, line, name, target, before, state(target)))
    elif target is None and layers.opaque_sources((new,)):
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


def method(receiver: Opaque, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """The methods of modules and tensors that matter; NotImplemented for all others."""
    inside = receiver._tml
    if name in OF_MODULES and inside.leaf is None and _fits(name, arguments, keywords):
        module = materialise(receiver)
        return module_method(module, name)(*arguments, **keywords)
    if name == "requires_grad_":
        return _require(receiver, *arguments, **keywords)
    if name == "apply" and inside.module is not None:
        return inside.module.apply(*arguments, **keywords)
    if name == "backward" and inside.tensor is not None:
        return layers.backward((receiver,))
    if name in SAME:
        return receiver
    if inside.tensor is not None and inside.tensor.requires_grad and name == "numpy":
        layers.escape((receiver,), "`numpy()`, which fails for what has a graph")
    if inside.tensor is not None and name in DETACHING:
        return _detached(receiver, name)
    if name == "step" and arguments and isinstance(arguments[0], (FunctionType, MethodType)):
        return arguments[0]()
    if name in QUIET and name not in PURE:
        return fresh(name, of=(receiver, *arguments, *keywords.values()))
    return NotImplemented


def _detached(value: Opaque, name: str) -> Opaque:
    """What it is without its graph."""
    result = fresh(name)
    assert value._tml.tensor is not None
    result._tml.tensor, result._tml.sources = value._tml.tensor.detach(), value._tml.sources
    return result


def _fits(name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    """Can it be the method of nn.Module? `train` of a trainer is called otherwise."""
    if name == "train":
        return len(arguments) + len(keywords) <= 1 and set(keywords) <= {"mode"} and not list(held(arguments))
    return name != "eval" or not (arguments or keywords)


def _require(receiver: Opaque, flag: Any = True, **keywords: Any) -> Opaque:
    inside = receiver._tml
    wanted = bool(keywords.get("requires_grad", flag))
    if inside.leaf is not None:
        inside.leaf.requires_grad_(wanted)
    elif inside.module is not None:
        inside.module.requires_grad_(wanted)
    elif wanted:
        _make_leaf(receiver)
    elif not wanted:
        inside.frozen = True
    return receiver


def _make_leaf(value: Opaque) -> None:
    """It is a tensor that requires gradients, from here on if not before."""
    inside = value._tml
    if inside.tensor is None or not inside.tensor.requires_grad:
        inside.tensor = torch.ones((), requires_grad=True)


def module_method(module: Recorder, name: str) -> Any:
    """A bound method of a module, as the code calls it: what it lists are the values that the code sees."""
    if name not in MODULE_LISTS:
        return getattr(module, name)
    own = getattr(type(module), name)
    if getattr(own, "__module__", "").startswith("torch."):
        return lambda *arguments, **keywords: _listed(module, name)
    return getattr(module, name)


def _listed(module: Recorder, name: str) -> Any:
    listed = list(getattr(torch.nn.Module, name)(module))
    if name.startswith("named_"):
        return iter([(derived("name", one), shown_or_handled(one)) for _, one in listed])
    return iter([shown_or_handled(one) for one in listed])


def shown_or_handled(value: Any) -> Any:
    return handle(value) if isinstance(value, torch.nn.Parameter) else shown(value)


def unknown_method(
    module: Recorder, function: Opaque, arguments: tuple[Any, ...], keywords: dict[str, Any], dropped: bool
) -> Any:
    """A method of a module that is out of sight: a call of it, after which it may be in any mode."""
    name = function._tml.name
    if name in QUIET or name in SAME:
        return fresh(name)
    output = torch.zeros(())
    for parameter in module.parameters():
        output = output + parameter.sum()
    event = note(module, output, plain=False)
    hand_over((module, *arguments, *keywords.values()), f"its method `{name}()`, which is out of sight,")
    if dropped:
        layers.escape((*arguments, *keywords.values()), f"`{name}()`")
    result = fresh(name)
    result._tml.tensor, result._tml.sources = output, frozenset([event])
    whole = fresh(name)
    carry(whole, (result, *arguments, *keywords.values()))
    return whole


def invoke(
    function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], *, dropped: bool, modelish: bool
) -> Any:
    """A call in the user's code, of whatever it is."""
    if isinstance(function, Opaque):
        return opaque_call(function, arguments, keywords, dropped=dropped, modelish=modelish)
    owner = getattr(function, "__self__", None)
    if isinstance(owner, Recorder) and getattr(function, "__name__", "") in MODULE_LISTS:
        return module_method(owner, function.__name__)(*arguments, **keywords)
    if isinstance(function, FunctionType) and arguments and isinstance(arguments[0], Opaque):
        if getattr(Recorder, function.__name__, None) is function:  # `nn.Module.eval(model)`
            return getattr(materialise(arguments[0]), function.__name__)(*arguments[1:], **keywords)
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
assert recorder_of is not None
