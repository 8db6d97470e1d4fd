"""What is kept of a module in a rehearsal, and in which state it is."""

from __future__ import annotations

from typing import Any

from torch import nn

from torchmodlint.verify.worker.modes.events import Place


class Recorded(nn.Module):
    """What a recorder knows of itself: whether its mode is known, and why not; where its weights were loaded and its
    mode was last set; the value that the code sees of it, and what it is called."""

    _tml_known = True
    _tml_doubt: str | None = None
    _tml_loaded: Place | None = None
    _tml_mode_set: Place | None = None
    _tml_shell: Any = None
    _tml_label = ""


def state(target: nn.Module | nn.Parameter) -> dict[str, object]:
    """What an assignment to an attribute may or may not change."""
    if isinstance(target, nn.Parameter):
        return {"requires_grad": target.requires_grad}
    parameters = list(nn.Module.parameters(target))
    inner = [module for module in target.modules() if module is not target]
    return {
        "training": target.training,
        "parameters": len(parameters),
        "trainable": sum(one.requires_grad for one in parameters),
        "inner": len(inner),
        "inner_training": sum(module.training for module in inner),
    }


def family(module: nn.Module) -> frozenset[int]:
    """The recorders in it, by identity."""
    return frozenset(id(one) for one in module.modules() if isinstance(one, Recorded))
