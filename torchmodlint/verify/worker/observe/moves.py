"""Moves, and other things done to all of a module: on a copy, so that the object under the probes stays as it is."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import nn

from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.hidden import state


def twin(case: Case, module: nn.Module) -> nn.Module | None:
    """A copy of `module`; another object built alike where it cannot be copied, and None where that fails too."""
    try:
        return copy.deepcopy(module)
    except Exception:
        try:
            return case.fresh()
        except Inconclusive:
            return None


def moved(case: Case, module: nn.Module) -> nn.Module | None:
    """A copy that went through `.to(case.away)`; None where it cannot be copied or moved."""
    other = twin(case, module)
    if other is None:
        return None
    try:
        other.to(case.away)
    except Exception:
        return None
    return other


def evaluated(case: Case, module: nn.Module) -> nn.Module | None:
    """A copy that went through `.train()` and `.eval()`; None where that cannot be done."""
    other = twin(case, module)
    if other is None:
        return None
    try:
        other.train()
        other.eval()
    except Exception:
        return None
    return other


def own_value(module: nn.Module | None, name: str | None) -> object:
    """What stands under `name` in the instance's dictionary; None where there is nothing."""
    return None if module is None or name is None else state(module).get(name)


def left_behind(tensors: Sequence[torch.Tensor], away: torch.device) -> list[torch.Tensor]:
    """Those of the tensors, taken from a moved module, that are not where it went."""
    return [tensor for tensor in tensors if tensor.device.type != away.type]


def place(tensors: Sequence[torch.Tensor]) -> str:
    """The devices of tensors, in words."""
    return " and ".join(sorted({str(tensor.device) for tensor in tensors}))
