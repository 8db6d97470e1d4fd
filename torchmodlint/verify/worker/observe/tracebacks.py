"""Where an exception of a constructor comes from: only one that is raised for this class and line is a finding's."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import is_initialised
from torchmodlint.verify.worker.observe.hidden import BOOKKEEPING

TORCH = os.path.dirname(torch.__file__) + os.sep
MODULE = os.path.join(TORCH, "nn", "modules", "module.py")


@dataclass(frozen=True)
class Raised:
    """An exception seen from the user's code. `frame` and `line` are the last place in it that is not torch's.

    `receiver` is the object whose method of torch's that place called, None where it called none.
    """

    error: BaseException
    frame: FrameType
    line: int
    receiver: Any = None

    def at(self, case: Case, question: Question) -> bool:
        """Does it come from the flagged lines of the file?"""
        code = self.frame.f_code
        return code.co_filename == case.loaded.job.path and question.line <= self.line <= question.end_line

    def at_heading(self, case: Case, question: Question) -> bool:
        """Does it come from the function whose heading is flagged?"""
        code = self.frame.f_code
        same = code.co_filename == case.loaded.job.path and code.co_name == question.function
        return same and code.co_firstlineno <= question.line <= self.line and question.line in _headings(case, code)

    def about(self, cls: type[nn.Module]) -> bool:
        """Did torch raise it for an object of this class, and not for a part of it?"""
        return isinstance(self.receiver, cls)


def _headings(case: Case, code: CodeType) -> set[int]:
    """The lines of `def` of the function that this is the code of; decorators stand above it."""
    for node in ast.walk(case.loaded.tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            if min([node.lineno, *(one.lineno for one in node.decorator_list)]) == code.co_firstlineno:
                return {node.lineno}
    return set()


def raised(error: BaseException | None) -> Raised | None:
    """Where `error` comes from; None when there is none, or nothing of the user's is on the way."""
    if error is None:
        return None
    places: list[tuple[FrameType, int]] = []
    step = error.__traceback__
    while step is not None:
        places.append((step.tb_frame, step.tb_lineno))
        step = step.tb_next
    inner = [at for at, (frame, _) in enumerate(places) if not frame.f_code.co_filename.startswith(TORCH)]
    if not inner:
        return None
    frame, line = places[inner[-1]]
    following = places[inner[-1] + 1 :]
    receiver = following[0][0].f_locals.get("self") if following else None
    return Raised(error, frame, line, receiver)


def text_of(error: BaseException) -> str:
    """The message of an exception, its first line, without the quotes that a KeyError puts around it."""
    told = error.args[0] if isinstance(error, KeyError) and error.args else error
    return str(told).strip().split("\n")[0][:200]


def lacks_initialiser(place: Raised, cls: type[nn.Module]) -> bool:
    """Did an object of class `cls` lack an attribute, or nn.Module's tables, while it was not initialised?"""
    return isinstance(place.error, AttributeError) and place.about(cls) and not is_initialised(place.receiver)


def refuses_uninitialised(place: Raised, cls: type[nn.Module]) -> bool:
    """Did torch refuse something because the object, of class `cls`, was not initialised by then?

    The texts are those of torch 2.0 to 2.13: `cannot assign module before Module.__init__() call`, and where an
    initialised module would have looked, `'Net' object has no attribute '_modules'`.
    """
    if not lacks_initialiser(place, cls):
        return False
    text = text_of(place.error)
    return text.endswith("before Module.__init__() call") or any(
        text == f"'{type(place.receiver).__name__}' object has no attribute '{name}'" for name in BOOKKEEPING
    )
