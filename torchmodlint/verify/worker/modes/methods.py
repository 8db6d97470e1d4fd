"""Methods of modules and of tensors, called on what may be one."""

from __future__ import annotations

from collections import namedtuple
from types import FunctionType, MethodType
from typing import Any

import torch

from torchmodlint.verify.worker.modes import layers
from torchmodlint.verify.worker.modes.opaque import Opaque, carry, derived, fresh
from torchmodlint.verify.worker.modes.recorder import Recorder, materialise, shown
from torchmodlint.verify.worker.modes.run import run
from torchmodlint.verify.worker.modes.taking import hand_over, handle, held, note
from torchmodlint.verify.worker.modes.words import names

# Methods that only modules have, so that what they are called on is one.
OF_MODULES = names(
    """
    eval train load_state_dict parameters named_parameters modules named_modules children named_children
    state_dict
    """
)
LISTS = names(
    """
    parameters named_parameters modules named_modules children named_children
    """
)
# Methods of modules and of tensors after which it is the same module, or a tensor that goes along with the first.
SAME = names(
    """
    to cuda cpu half float double bfloat16 type xpu share_memory contiguous to_empty
    """
)
# Methods of modules that change neither modes nor what requires gradients.
QUIET = names(
    """
    zero_grad extra_repr get_parameter get_buffer get_submodule register_buffer register_parameter buffers
    named_buffers register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_backward_hook compile items keys values get append extend update no_sync size dim shape numel
    gradient_checkpointing_enable save_hyperparameters log log_dict
    """
)
# Methods of tensors whose result carries no graph.
DETACHING = names(
    """
    detach detach_ item tolist numpy argmax argmin argsort nonzero bool long int byte size dim numel nelement
    eq ne gt ge lt le isnan isinf isfinite
    """
)
# Those, and functions of torch, that give values, with their graph, and indices: always, and along a dimension.
RANKING = names("sort topk kthvalue")
ALONG = names("max min median nanmedian")
# Functions that give the same for the same arguments, as far as a test is concerned.
PURE = names(
    """
    is_available exists isfile isdir is_file is_dir lower upper startswith endswith get is_initialized
    """
)
Ranked = namedtuple("Ranked", ("values", "indices"))
MODULE_LISTS = frozenset(LISTS | {"buffers", "named_buffers"})


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
        return detached(receiver, name)
    if inside.tensor is not None and (name in RANKING or (name in ALONG and _along(arguments, keywords))):
        values = fresh("values", of=(receiver,))
        return Ranked(values, detached(values, "indices"))
    if name == "step" and arguments and isinstance(arguments[0], (FunctionType, MethodType)):
        return arguments[0]()
    if name in QUIET and name not in PURE:
        return fresh(name, of=(receiver, *arguments, *keywords.values()))
    return NotImplemented


def function(name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """A function of torch that does what the method of tensors of that name does; NotImplemented for all others."""
    if name in DETACHING | RANKING | ALONG and arguments and isinstance(arguments[0], Opaque):
        return method(arguments[0], name, arguments[1:], keywords)
    return NotImplemented


def _along(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    return "dim" in keywords or isinstance(next(iter(arguments), None), int)


def detached(value: Opaque, name: str) -> Opaque:
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
        make_leaf(receiver)
    elif not wanted:
        inside.frozen = True
    return receiver


def make_leaf(value: Opaque) -> None:
    """It is a tensor that requires gradients, from here on if not before."""
    inside = value._tml
    run().tape.inputs.append(run().here()[1])
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
    for parameter in torch.nn.Module.parameters(module):  # which its class may have replaced
        output = output + parameter.sum()
    event = note(module, output, plain=False)
    if name != "forward":  # which does what a call of the module does
        hand_over((module, *arguments, *keywords.values()), f"its method `{name}()`, which is out of sight,")
    if dropped:
        layers.escape((*arguments, *keywords.values()), f"`{name}()`")
    result = fresh(name)
    result._tml.tensor, result._tml.sources = output, frozenset([event])
    whole = fresh(name)
    carry(whole, (result, *arguments, *keywords.values()))
    return whole
