"""The search for arguments with which a class can be built."""

from __future__ import annotations

import inspect
import time

from torch import nn

from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.plan import Attempt, Plan


def search(loaded: Loaded, qualname: str, cls: type[nn.Module], deadline: float) -> Attempt:
    """The first plan that builds the class, or the last failure. `deadline` is in terms of time.monotonic()."""
    given = []
    for name, parameter in list(inspect.signature(cls.__init__).parameters.items())[1:]:
        if parameter.default is parameter.empty and parameter.kind in (
            parameter.POSITIONAL_OR_KEYWORD,
            parameter.KEYWORD_ONLY,
        ):
            given.append(f"{name}=16")
    plan = Plan(f"{qualname}({', '.join(given)})", "guess" if given else "default")
    return build(loaded, cls, plan) if time.monotonic() < deadline else Attempt(None)


def build(loaded: Loaded, cls: type[nn.Module], plan: Plan) -> Attempt:
    """Carry a plan out once, from the same random state each time."""
    import torch

    torch.manual_seed(0)
    try:
        return Attempt(plan, eval(plan.call, loaded.namespace))
    except Exception as error:
        return Attempt(plan, None, error)
