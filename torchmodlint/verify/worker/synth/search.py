"""The search for arguments with which a class can be built."""

from __future__ import annotations

from torch import nn

from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.blueprint import Blueprint
from torchmodlint.verify.worker.synth.build import build
from torchmodlint.verify.worker.synth.climb import Climber
from torchmodlint.verify.worker.synth.guess import Guesser
from torchmodlint.verify.worker.synth.plan import Attempt
from torchmodlint.verify.worker.synth.seeds import seeds

__all__ = ["build", "search"]


def search(loaded: Loaded, qualname: str, cls: type[nn.Module], deadline: float) -> Attempt:
    """The first plan that builds the class, or the failure that got furthest. `deadline` is in terms of
    time.monotonic(). The user's own example is never changed: when it fails, that is the answer."""
    blueprint = Blueprint(loaded, cls, qualname)
    example = loaded.example(qualname)
    if example is not None:
        return Climber(blueprint, deadline).example(example)
    climber = Climber(blueprint, deadline)
    for draft in seeds(blueprint, Guesser(blueprint)):
        if climber.climb(draft) is not None or climber.over:
            break
    return climber.best
