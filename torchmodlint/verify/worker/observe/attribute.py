"""The tensor that a flagged statement keeps under an attribute, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import Absent, Observed, held, observe, require_initialised
from torchmodlint.verify.worker.observe.hidden import is_lazy, registered
from torchmodlint.verify.worker.observe.moves import left_behind, moved, own_value
from torchmodlint.verify.worker.observe.provenance import Supplied, refuse_stand_ins
from torchmodlint.verify.worker.observe.words import kind_of, together


@dataclass(frozen=True)
class Stored:
    """The tensor under `name` of the built `module`; the flagged statement put it there, or it is registered."""

    name: str
    module: nn.Module
    tensor: torch.Tensor
    is_parameter: bool
    is_registered: bool


def stored_tensor(case: Case, question: Question) -> Stored:
    """What the flagged statement stored. Raises Inconclusive unless it ran and its value is there in the end."""
    refuse_stand_ins(case)
    observed = observe(case, question)
    module, run, name = observed.instance, observed.run, question.attribute
    require_initialised(module)
    if name is None:
        raise Inconclusive(Reason.UNSUPPORTED, f"what line {question.line} stores has no name to look up")
    final = held(module, name)
    known = registered(module)
    if isinstance(final, torch.Tensor) and id(final) in known.tensors:
        return Stored(name, module, final, _is_given(module, final), True)
    if final is Absent or final is None:
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"the object built with {observed.call} has no `{name}`")
    if not isinstance(final, torch.Tensor):
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"with {observed.call} `{name}` is no tensor but {kind_of(final)}")
    if _is_given(module, final):
        return Stored(name, module, final, True, True)
    if final is not run.value:
        raise Inconclusive(Reason.UNREACHED_LINE, f"`{name}` is assigned again after line {question.line}")
    _refuse_supplied(observed, name, final)
    return Stored(name, module, final, False, False)


def _refuse_supplied(observed: Observed, name: str, tensor: torch.Tensor) -> None:
    if tensor in Supplied(observed.attempt):
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"`{name}` is a tensor that the verifier passed in")


def _is_given(module: nn.Module, tensor: torch.Tensor) -> bool:
    """Does parameters() give it, overridden or not?"""
    try:
        return any(one is tensor for one in module.parameters())
    except Exception:
        return any(one is tensor for one in nn.Module.parameters(module))


@dataclass(frozen=True)
class Fate:
    """What a move and state_dict() make of a tensor. `stays` and `follows` are both False when it cannot be moved."""

    stays: bool
    follows: bool
    saved: bool
    told: str  # the same in words


def fate(case: Case, stored: Stored) -> Fate:
    """Move a copy away, and look for the tensor in the state."""
    other = own_value(moved(case, stored.module), stored.name)
    stays = follows = False
    if isinstance(other, torch.Tensor) and stored.tensor.device.type != case.away.type:
        stays = bool(left_behind([other], case.away))
        follows = not stays
    saved = is_saved(stored.module, stored.name, stored.tensor)
    parts = []
    if stays and isinstance(other, torch.Tensor):
        parts.append(f'after .to("{case.away.type}") it is still on {other.device}')
    if follows:
        parts.append(f"the class moves it to {case.away.type} itself")
    if not saved:
        parts.append("state_dict() does not have it")
    return Fate(stays, follows, saved, "; " + together(parts) if parts else "")


def is_saved(module: nn.Module, name: str, tensor: torch.Tensor) -> bool:
    """Has the state a key for it, or a tensor on the same memory?"""
    try:
        state = module.state_dict()
    except Exception:
        return False
    if name in state:
        return True
    address = tensor.data_ptr() if tensor.numel() else 0
    dense = [one for one in state.values() if isinstance(one, torch.Tensor) and not is_lazy(one)]
    return any(address and one.data_ptr() == address for one in dense)
