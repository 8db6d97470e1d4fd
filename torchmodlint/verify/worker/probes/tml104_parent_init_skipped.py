"""Builds the class. Confirmed when the attribute that the skipped constructor would have set is missing from the
object and no call of `forward` sets or gets by without it, or when the flagged call itself raises; refuted when the
flagged line ran and the attribute is there, or the call went through."""

from __future__ import annotations

import inspect

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import Absent, Observed, held, is_initialised, observe
from torchmodlint.verify.worker.observe.provenance import refuse_stand_ins
from torchmodlint.verify.worker.observe.tracebacks import raised, refuses_uninitialised, text_of


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    observed = observe(case, question)
    if question.attribute is None:
        return _call(case, question, observed)
    error = _missing(observed.attempt.error, case.cls, question.attribute)
    if error is not None and _ran(observed):
        return confirmed(f"`{question.attribute}` is never set, and the constructor raises {error}", error=error)
    module = observed.instance
    _ = observed.run
    return _attribute(case, question.attribute, module)


def _call(case: Case, question: Question, observed: Observed) -> Seen:
    """The call addresses the wrong class, an unknown name, or is no call at all."""
    attempt = observed.attempt
    place = raised(attempt.error)
    if place is not None and isinstance(place.error, (TypeError, NameError)) and place.at(case, question):
        text = text_of(place.error)
        if place.receiver is None and (text.startswith("super(") or isinstance(place.error, NameError)):
            told = f"line {place.line} raises {type(place.error).__name__}: {text}"
            return confirmed(told, error=text)
    if place is not None and refuses_uninitialised(place, case.cls) and _ran(observed):
        error = text_of(place.error)
        return confirmed(f"line {question.line} initialises nothing, and torch refuses line {place.line}: {error}")
    module = observed.instance
    _ = observed.run
    if not is_initialised(module):
        return confirmed(f"line {question.line} initialises nothing: the built object has none of nn.Module's tables")
    return refuted(f"line {question.line} runs through, and the built object has nn.Module's tables")


def _ran(observed: Observed) -> bool:
    return bool(observed.statement.runs)


def _missing(error: BaseException | None, cls: type[nn.Module], attribute: str) -> str | None:
    """The text of an AttributeError about this attribute of an object of the class, with the name of the exception."""
    place = raised(error)
    if place is None or not isinstance(error, AttributeError) or not place.about(cls):
        return None
    text = text_of(error)
    return f"AttributeError: {text}" if text.endswith(f"object has no attribute '{attribute}'") else None


def _attribute(case: Case, attribute: str, module: nn.Module) -> Seen:
    if held(module, attribute) is not Absent:
        return refuted(f"the built object has `{attribute}`")
    if inspect.getattr_static(module, attribute, Absent) is not Absent:
        raise Inconclusive(Reason.UNSUPPORTED, f"`{attribute}` is an attribute of the class, which may compute it")
    if hasattr(module, attribute):
        return refuted(f"the built object finds `{attribute}` through its own `__getattr__`")
    error = _called(case, attribute)
    told = f"; calling it raises {error}" if error else ""
    return confirmed(f"the built object has no `{attribute}`{told}", missing=attribute, error=error)


def _called(case: Case, attribute: str) -> str:
    """What a call raises about the attribute; "" when it was not called, or fails for another reason.

    Raises Inconclusive when the call goes through without the attribute.
    """
    other = case.fresh()
    try:
        case.call(other)
    except Inconclusive:
        return ""
    except Exception as failure:
        return _missing(failure, case.cls, attribute) or ""
    raise Inconclusive(Reason.UNREACHED_LINE, f"the object has no `{attribute}`, and a call of it reads none")
