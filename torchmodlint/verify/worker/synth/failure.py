"""A failed construction: how far it got, and which arguments the line that failed is made of."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import Any

from torchmodlint.verify.worker.synth.levels import Level, levels_of
from torchmodlint.verify.worker.synth.suspects import suspects


@dataclass
class Failure:
    """`progress` grows with how far the constructor got. `suspects` are parameters, the likeliest first."""

    error: BaseException
    levels: list[Level] = field(default_factory=list)
    progress: tuple[int, ...] = ()
    suspects: list[str] = field(default_factory=list)

    @property
    def message(self) -> str:
        return str(self.error)

    @property
    def last(self) -> Level | None:
        return self.levels[-1] if self.levels else None


def failure_of(error: BaseException, parameters: list[str]) -> Failure:
    """Read the traceback of a failed construction, from the constructor inwards."""
    levels, progress = levels_of(error)
    return Failure(error, levels, progress, suspects(error, levels, parameters))


def refused_ours(error: BaseException, supplied: list[Any]) -> Any:
    """The object that torch refused to register, if the verifier passed it in: another one would perhaps not be
    refused. None if it did not."""
    trace = error.__traceback__
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    values = [trace.tb_frame.f_locals.get(name) for name in ("value", "param", "tensor", "module")]
    return next((each for value in values if value is not None for each in supplied if value is each), None)


def release(error: BaseException) -> None:
    """Let go of the objects that a traceback's frames hold."""
    traceback.clear_frames(error.__traceback__)
