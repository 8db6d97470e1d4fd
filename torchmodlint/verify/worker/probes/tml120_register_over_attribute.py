"""Builds the class. Confirmed when the flagged line raises torch's KeyError, "attribute 'x' already exists", for an
object of the class; refuted when the line runs and the name is registered."""

from __future__ import annotations

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import observe
from torchmodlint.verify.worker.observe.hidden import registered_names
from torchmodlint.verify.worker.observe.provenance import refuse_stand_ins
from torchmodlint.verify.worker.observe.tracebacks import Raised, raised, text_of


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    case.satisfied_with(lambda error: _refused(case, question, error) is not None)
    observed = observe(case, question)
    place = _refused(case, question, observed.attempt.error)
    if place is not None:
        text = text_of(place.error)
        return confirmed(f"line {place.line} raises KeyError: {text}", error=text)
    module = observed.instance
    _ = observed.run
    if question.attribute not in registered_names(module):
        raise Inconclusive(Reason.UNSUPPORTED, f"`{question.attribute}` is not registered on the built object")
    return refuted(f"line {question.line} runs, and `{question.attribute}` is registered")


def _refused(case: Case, question: Question, error: BaseException | None) -> Raised | None:
    """Where torch refuses to register the name, if it does so on the flagged line."""
    place = raised(error)
    if place is not None and isinstance(place.error, KeyError) and place.at(case, question) and place.about(case.cls):
        return place if text_of(place.error) == f"attribute '{question.attribute}' already exists" else None
    return None
