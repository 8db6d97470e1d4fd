"""Builds the class. Confirmed when torch refuses what `__init__` assigns because nn.Module was never initialised, or
when the finished object lacks the tables in which nn.Module registers; refuted when it has them, and they came on a way
that every construction takes."""

from __future__ import annotations

import ast

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import not_built, observe
from torchmodlint.verify.worker.observe.hidden import TABLES, state
from torchmodlint.verify.worker.observe.provenance import refuse_stand_ins
from torchmodlint.verify.worker.observe.recorder import Recorder, Step, initialisers
from torchmodlint.verify.worker.observe.straight import always_reaches
from torchmodlint.verify.worker.observe.tracebacks import raised, refuses_uninitialised, text_of
from torchmodlint.verify.worker.observe.words import listed

# What `super(width=3)` and `super.__init__(self)` raise, whatever the arguments are.
MISUSES = ("super() takes no keyword arguments", "descriptor '__init__' requires a 'super' object")


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    with initialisers() as recorder:
        observed = observe(case, question)
    attempt = observed.attempt
    if attempt.error is None and attempt.instance is not None:
        missing = [name for name in TABLES if name not in state(attempt.instance)]
        if missing:
            failure = _first_use(attempt.instance)
            told = f"the built object has no {listed(missing)}" + (f": {failure}" if failure else "")
            return confirmed(told, missing=missing, failure=failure)
        return _initialised(case, question, attempt.instance, recorder)
    place = raised(attempt.error)
    if place is not None and refuses_uninitialised(place, case.cls) and not recorder.of(place.receiver):
        error = text_of(place.error)
        return confirmed(f"torch refuses line {place.line} of the construction: {error}", error=error, line=place.line)
    if place is not None and place.at_heading(case, question) and text_of(place.error).startswith(MISUSES):
        error = text_of(place.error)
        return confirmed(
            f"line {place.line} of the constructor raises TypeError: {error}", error=error, line=place.line
        )
    raise not_built(attempt)


def _first_use(module: nn.Module) -> str:
    """What the first thing that people do with a module raises."""
    try:
        list(nn.Module.parameters(module))
    except Exception as error:
        return f"parameters() raises {type(error).__name__}: {text_of(error)}"
    return ""


def _initialised(case: Case, question: Question, module: nn.Module, recorder: Recorder) -> Seen:
    """Refuted, if the object is initialised on a way that every construction takes."""
    runs = recorder.of(module)
    if not runs or not case.construction.any(question.line, _last_line(case, question)):
        raise Inconclusive(Reason.UNREACHED_LINE, f"the constructor on line {question.line} did not run")
    steps = runs[0].steps
    path, text = case.loaded.job.path, case.loaded.job.text
    mine = [at for at, step in enumerate(steps) if _is_flagged(step, path, question)]
    way = steps[: mine[0] + 1] if mine else steps
    for step in way:
        own = text if step.code.co_filename == path else None
        if not always_reaches(step.code, step.line, own):
            told = f"it is initialised by way of line {step.line}, which other arguments may pass by"
            raise Inconclusive(Reason.SYNTHETIC_VALUE, told)
    at = f"on line {steps[mine[0]].line}" if mine else "outside of this constructor"
    return refuted(f"nn.Module's initialiser runs {at}, and the built object has its tables")


def _is_flagged(step: Step, path: str, question: Question) -> bool:
    """Is it the flagged constructor? Its code begins at its first decorator."""
    code = step.code
    return code.co_filename == path and code.co_name == "__init__" and code.co_firstlineno <= question.line <= step.line


def _last_line(case: Case, question: Question) -> int:
    for node in ast.walk(case.loaded.definition(case.qualname or "")):
        if isinstance(node, ast.FunctionDef) and node.lineno == question.line:
            return node.end_lineno or node.lineno
    return question.end_line
