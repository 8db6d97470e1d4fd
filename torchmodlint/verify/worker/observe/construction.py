"""One construction, watched: what the flagged statement found, and what it left under the attribute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.case import Case, why_not_built
from torchmodlint.verify.worker.lines import tracing
from torchmodlint.verify.worker.observe.hidden import TABLES, registered_names, state
from torchmodlint.verify.worker.synth.plan import Attempt, Plan
from torchmodlint.verify.worker.synth.search import build


class Absent:
    """Stands for: there is no such attribute."""


@dataclass
class Run:
    """The flagged statement ran once. `holder` is the `self` of the method around it.

    `initialised` says whether the holder had nn.Module's tables when it began, `value` is what the attribute was when
    it was over, `inside` what was registered when it began.
    """

    holder: nn.Module
    initialised: bool
    inside: dict[str, Any]
    value: Any = Absent


class Statement:
    """Watches one statement of a file while something runs."""

    def __init__(self, path: str, first: int, last: int, attribute: str | None, cls: type[nn.Module]) -> None:
        self.path, self.first, self.last = path, first, last
        self.attribute, self.cls = attribute, cls
        self.runs: list[Run] = []
        self._open: dict[FrameType, Run] = {}
        self._around: dict[CodeType, bool] = {}

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Take part in what runs in this thread; frames of other code than that around the statement run untouched."""
        try:
            with tracing(self._enter):
                yield
        finally:
            self._open.clear()

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        around = self._around.get(code)
        if around is None:
            around = self._around[code] = code.co_filename == self.path and self._is_around(code)
        return self._step if around else None

    def _is_around(self, code: CodeType) -> bool:
        """Is the statement one of this function? Comprehensions in it have code of their own up to Python 3.11."""
        if code.co_name.startswith("<") or code.co_firstlineno > self.last:
            return False
        return any(line is not None and self.first <= line <= self.last for _, _, line in code.co_lines())

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:
        inside = self.first <= frame.f_lineno <= self.last
        if frame in self._open and (event == "return" or (event == "line" and not inside)):
            run = self._open.pop(frame)
            run.value = held(run.holder, self.attribute) if self.attribute is not None else Absent
        if event == "line" and inside and frame not in self._open:
            holder = _holder(frame, self.cls)
            if holder is not None:
                run = Run(holder, is_initialised(holder), dict(registered_names(holder)))
                self._open[frame] = run
                self.runs.append(run)
        return self._step


def _holder(frame: FrameType | None, cls: type[nn.Module]) -> nn.Module | None:
    """The object whose method it is: the first argument, of this function or of those around the call."""
    file = frame.f_code.co_filename if frame is not None else ""
    while frame is not None and frame.f_code.co_filename == file:
        if frame.f_code.co_argcount:
            first = frame.f_locals.get(frame.f_code.co_varnames[0])
            if isinstance(first, cls):
                return first
        frame = frame.f_back
    return None


def is_initialised(module: nn.Module) -> bool:
    """Did nn.Module's initialiser run on it?"""
    return all(name in state(module) for name in TABLES)


def require_initialised(module: nn.Module) -> None:
    """Raise for an object on which nn.Module's initialiser never ran: that is TML101's to say, and hides all else."""
    if not is_initialised(module):
        raise Inconclusive(Reason.NOT_CONSTRUCTED, "nn.Module's initialiser never runs on the built object")


def held(module: nn.Module, attribute: str) -> Any:
    """What the module holds under the name, registered or not; Absent when it holds nothing."""
    own = state(module)
    return own[attribute] if attribute in own else registered_names(module).get(attribute, Absent)


def not_built(attempt: Attempt) -> Inconclusive:
    """Why there is no object: what the sandbox denied, or what the constructor raises."""
    if isinstance(attempt.error, Inconclusive):
        return attempt.error
    why = Inconclusive(Reason.NOT_CONSTRUCTED, why_not_built(attempt))
    why.__cause__ = attempt.error
    return why


@dataclass
class Observed:
    """A construction that was watched. `question` is what it was watched for."""

    case: Case
    question: Question
    attempt: Attempt
    statement: Statement

    @property
    def instance(self) -> nn.Module:
        """The built object. Raises Inconclusive when there is none."""
        if self.attempt.instance is None or self.attempt.error is not None:
            raise not_built(self.attempt)
        return self.attempt.instance

    @property
    def run(self) -> Run:
        """The last run of the flagged statement on the built object. Raises Inconclusive when it never ran on it."""
        runs = [run for run in self.statement.runs if run.holder is self.instance]
        if not runs:
            line = self.question.line
            raise Inconclusive(Reason.UNREACHED_LINE, f"line {line} does not run when it is built with {self.call}")
        return runs[-1]

    @property
    def call(self) -> str:
        return f"`{self.attempt.plan.call}`" if self.attempt.plan is not None else "these arguments"


def observe(case: Case, question: Question, plan: Plan | None = None) -> Observed:
    """Build once more under watch, by the plan that was found or by another one; it need not succeed."""
    plan = plan or case.attempt.plan
    if plan is None:
        raise not_built(case.attempt)
    path = case.loaded.job.path
    statement = Statement(path, question.line, question.end_line, question.attribute, case.cls)
    with statement.watched():
        attempt = build(case.loaded, case.cls, plan)
    return Observed(case, question, attempt, statement)
