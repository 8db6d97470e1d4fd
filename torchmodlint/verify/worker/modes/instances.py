"""The built object of a class, where a probe about modes looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.judge import rehearsed
from torchmodlint.verify.worker.modes.rehearsal import Claim
from torchmodlint.verify.worker.modes.running import flagged_runs

SENSITIVE = (nn.modules.dropout._DropoutNd, nn.modules.batchnorm._NormBase)


@dataclass(frozen=True)
class State:
    """Which parameters of a module require gradients, and in which modes the modules in it are."""

    gradients: tuple[bool, ...]
    modes: tuple[bool, ...]


def state_of(module: nn.Module | torch.Tensor) -> State:
    if isinstance(module, torch.Tensor):
        return State((module.requires_grad,), ())
    gradients = tuple(one.requires_grad for one in module.parameters())
    return State(gradients, tuple(one.training for one in module.modules() if one is not module))


@dataclass
class Setting:
    """The flagged statement assigned an attribute: how the module's parts, or the tensor, were before and after."""

    module: Any
    value: object
    before: State
    after: State


@contextmanager
def settings(case: Case, question: Question, name: str) -> Iterator[list[Setting]]:
    """The assignments of an attribute of that name by the flagged statement, while the block runs."""
    found: list[Setting] = []
    of_modules, of_tensors = nn.Module.__setattr__, torch.Tensor.__setattr__

    def noting(real: Callable[[Any, str, Any], None]) -> Callable[[Any, str, Any], None]:
        def set_attribute(self: Any, attribute: str, value: Any) -> None:
            if attribute != name or not flagged_runs(case.loaded.job, question, whole=False):
                real(self, attribute, value)
                return
            before = state_of(self)
            real(self, attribute, value)
            found.append(Setting(self, value, before, state_of(self)))

        return set_attribute

    nn.Module.__setattr__ = noting(of_modules)  # type: ignore[assignment, method-assign]
    torch.Tensor.__setattr__ = noting(of_tensors)  # type: ignore[method-assign]
    try:
        yield found
    finally:
        nn.Module.__setattr__ = of_modules  # type: ignore[method-assign]
        del torch.Tensor.__setattr__  # it has none of its own


def call_alone(module: nn.Module | None, question: Question, found: list[Setting]) -> None:
    """Call the method that holds the line on the built object, where the construction has not come to it. Raises
    Inconclusive where the method wants arguments, or fails."""
    method = getattr(module, question.function or "", None)
    if found or not callable(method):
        return
    try:
        method()
    except Exception as error:
        told = f"`{question.function}()` raises {type(error).__name__}"
        raise Inconclusive(Reason.UNREACHED_LINE, told) from error


def built_or_rehearsed(case: Case, question: Question, live: Callable[[], Seen], claim: Claim) -> Seen:
    """What the built object shows; where there is none, or it does not come to the line, what a rehearsal does."""
    if question.owner is None:
        return rehearsed(case, question, claim)
    try:
        return live()
    except Inconclusive as why:
        try:
            return rehearsed(case, question, claim)
        except Inconclusive as also:
            if also.reason is Reason.UNREACHED_LINE:
                raise why from also
            raise


def sensitive(module: nn.Module) -> list[nn.Module]:
    """The layers in it to which the mode matters."""
    return [one for one in module.modules() if isinstance(one, SENSITIVE) and getattr(one, "p", None) != 0]


def kinds(modules: list[nn.Module]) -> str:
    """The kinds of these modules, in words."""
    return ", ".join(sorted({type(one).__name__ for one in modules}))
