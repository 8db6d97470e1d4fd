"""Who runs nn.Module's initialiser on which object, and what the object had registered by then.

Only to be used in the process that is forked for one class; what is patched is put back in any case.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from torch import nn

from torchmodlint.verify.worker.observe.hidden import registered_names
from torchmodlint.verify.worker.observe.tracebacks import TORCH

WORKER = os.path.dirname(os.path.dirname(__file__)) + os.sep


@dataclass(frozen=True)
class Step:
    """One function on the way to the initialiser: the line it was at, and its first argument."""

    code: CodeType
    line: int
    first: Any


@dataclass(frozen=True)
class Initialised:
    """One run of `nn.Module.__init__`. `before` is what `module` had registered, `steps` the functions that were being
    run, from the innermost to that which the verifier called, without torch's."""

    module: nn.Module
    before: dict[str, Any]
    steps: tuple[Step, ...]


@dataclass
class Recorder:
    """The runs so far, in their order."""

    runs: list[Initialised] = field(default_factory=list)

    def of(self, module: nn.Module) -> list[Initialised]:
        """Those on one object."""
        return [run for run in self.runs if run.module is module]


@contextmanager
def initialisers() -> Iterator[Recorder]:
    """Record while the block runs."""
    recorder = Recorder()
    original = nn.Module.__init__

    @functools.wraps(original)
    def recording(self: nn.Module, *args: Any, **kwargs: Any) -> None:
        recorder.runs.append(Initialised(self, dict(registered_names(self)), _steps()))
        original(self, *args, **kwargs)

    nn.Module.__init__ = recording  # type: ignore[method-assign]
    try:
        yield recorder
    finally:
        nn.Module.__init__ = original  # type: ignore[method-assign]


def _steps() -> tuple[Step, ...]:
    found: list[Step] = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and not frame.f_code.co_filename.startswith(WORKER):
        code = frame.f_code
        if not code.co_filename.startswith(TORCH):
            first = frame.f_locals.get(code.co_varnames[0]) if code.co_argcount else None
            found.append(Step(code, frame.f_lineno, first))
        frame = frame.f_back
    return tuple(found)
