"""Builds the class with a recorder on nn.Module's initialiser. Confirmed when the flagged call runs it on an object
that has registered something, and the names are missing from the built object; refuted when it does not run again, or
when nothing is missing in the end."""

from __future__ import annotations

from typing import Any

from torch import nn

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import Absent, held, not_built, observe
from torchmodlint.verify.worker.observe.hidden import tensors_of
from torchmodlint.verify.worker.observe.provenance import refuse_stand_ins
from torchmodlint.verify.worker.observe.recorder import Initialised, initialisers
from torchmodlint.verify.worker.observe.tracebacks import raised, text_of
from torchmodlint.verify.worker.observe.words import count, listed


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    with initialisers() as recorder:
        observed = observe(case, question)
    attempt = observed.attempt
    runs = [run for run in recorder.runs if type(run.module) is case.cls and _from_line(case, run, question)]
    if not attempt.built:
        return _failed(case, question, attempt.error, runs)
    module = observed.instance
    runs = [run for run in runs if run.module is module]
    _ = observed.run  # the flagged line ran on this object
    wiped = {name: value for run in runs for name, value in run.before.items()}
    missing = {name: value for name, value in wiped.items() if held(module, name) is Absent}
    if missing:
        return confirmed(_lost(question, missing), lost=sorted(missing), parameters=_parameters(missing))
    if not runs:
        return refuted(f"nn.Module's initialiser does not run on line {question.line}")
    if not wiped:
        return refuted(f"nothing is registered yet when line {question.line} initialises nn.Module")
    return refuted(f"all that was registered before line {question.line} ({listed(wiped)}) is registered in the end")


def _from_line(case: Case, run: Initialised, question: Question) -> bool:
    """Does it come from the flagged call, made by a method of the same object?"""
    mine = [step for step in run.steps if step.code.co_filename == case.loaded.job.path and step.first is run.module]
    return any(question.line <= step.line <= question.end_line for step in mine)


def _failed(case: Case, question: Question, error: BaseException | None, runs: list[Initialised]) -> Seen:
    """The constructor may fail for want of the very names that were wiped."""
    place = raised(error)
    wiped = {name: value for run in runs for name, value in run.before.items()}
    if place is not None and isinstance(error, AttributeError) and place.about(case.cls):
        owner = type(place.receiver).__name__
        for name in wiped:
            if text_of(error) == f"'{owner}' object has no attribute '{name}'":
                told = f"{_lost(question, wiped)}; line {place.line} then raises AttributeError: {text_of(error)}"
                return confirmed(told, lost=sorted(wiped), parameters=_parameters(wiped), error=text_of(error))
    raise not_built(case.attempt)


def _lost(question: Question, names: dict[str, Any]) -> str:
    tensors = _parameters(names)
    return (
        f"nn.Module's initialiser runs again on line {question.line} and forgets {listed(sorted(names))}"
        f" with {count(tensors, 'parameter')}, of which the object has nothing after that"
    )


def _parameters(names: dict[str, Any]) -> int:
    tensors = [one for value in names.values() if value is not None for one in tensors_of(value)]
    return len({id(one) for one in tensors if isinstance(one, nn.Parameter)})
