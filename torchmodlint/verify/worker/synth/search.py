"""The search for arguments with which a class can be built."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.blueprint import Blueprint
from torchmodlint.verify.worker.synth.build import build
from torchmodlint.verify.worker.synth.climb import Climber, never
from torchmodlint.verify.worker.synth.clock import Budget, TookTooLong
from torchmodlint.verify.worker.synth.draft import draft_of
from torchmodlint.verify.worker.synth.guess import Guesser
from torchmodlint.verify.worker.synth.plan import Attempt, Plan
from torchmodlint.verify.worker.synth.seeds import seeds

__all__ = ["build", "mended", "search"]


def search(
    loaded: Loaded, qualname: str, cls: type[nn.Module], budget: Budget, enough: Callable[[BaseException], bool] = never
) -> Attempt:
    """The first plan that builds the class, or the failure that got furthest, or the first that is `enough`.

    The user's own example is never changed: when it fails, that is the answer."""
    blueprint = Blueprint(loaded, cls, qualname)
    climber = Climber(blueprint, budget, enough)
    example = loaded.example(qualname)
    if example is not None:
        return climber.example(example)
    for draft in seeds(blueprint, Guesser(blueprint)):
        if climber.climb(draft) is not None or climber.over:
            break
    attempt = climber.best
    if attempt.error is not None:
        attempt.error = exhausted(attempt) or attempt.error
    return attempt


def mended(loaded: Loaded, qualname: str, cls: type[nn.Module], plan: Plan, budget: Budget) -> Attempt:
    """The plan carried out, with other arguments mended until the class can be built."""
    climber = Climber(Blueprint(loaded, cls, qualname), budget)
    climber.climb(draft_of(plan, climber.blueprint.parameters))
    return climber.best


def exhausted(attempt: Attempt) -> Inconclusive | None:
    """Time or memory that ran out says nothing about the constructor, so it is told as what it is."""
    call = attempt.plan.call if attempt.plan is not None else "it"
    if isinstance(attempt.error, TookTooLong):
        return Inconclusive(Reason.TIMEOUT, f"`{call}` takes too long to build")
    if isinstance(attempt.error, MemoryError) or "DefaultCPUAllocator" in str(attempt.error):
        return Inconclusive(Reason.MEMORY, f"`{call}` needs more memory than there is")
    return None
