"""Builds the class, hashes it and lists its parameters. Confirmed when the generated `__init__` fails because nn.Module
was not initialised, when the built object has none of its tables, or when it cannot be hashed, so that parameters()
raises; refuted when the object can be built, hashed and listed, with a module in its fields if one belongs there."""

from __future__ import annotations

import dataclasses

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import Absent, held, is_initialised, not_built, observe
from torchmodlint.verify.worker.observe.provenance import refuse_stand_ins
from torchmodlint.verify.worker.observe.tracebacks import Raised, raised, refuses_uninitialised, text_of


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    if not dataclasses.is_dataclass(case.cls) or "__dataclass_fields__" not in vars(case.cls):
        raise Inconclusive(Reason.UNSUPPORTED, "at run time the class is no dataclass")
    attempt = observe(case, question).attempt
    place = raised(attempt.error)
    if place is not None and _is_generated(place) and refuses_uninitialised(place, case.cls):
        error = text_of(place.error)
        return confirmed(f"the generated `__init__` raises AttributeError: {error}", error=error)
    module = attempt.instance if attempt.built else None
    if module is not None and not is_initialised(module):
        return confirmed(
            f"the built object has none of nn.Module's tables: {_failure(module)}", failure=_failure(module)
        )
    failure = _failure(module if module is not None else _bare(case.cls))
    if failure:
        return confirmed(f"an object of the class cannot be hashed: parameters() raises {failure}", failure=failure)
    if module is None:
        raise not_built(attempt)
    for field in dataclasses.fields(case.cls):
        wanted = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
        if ("Module" in wanted or "Parameter" in wanted) and not isinstance(
            held(module, field.name), (nn.Module, nn.Parameter)
        ):
            given = "nothing" if held(module, field.name) is Absent else "no module"
            raise Inconclusive(Reason.SYNTHETIC_VALUE, f"the field `{field.name}` holds {given} with these arguments")
    return refuted("the object is built, hashed, and gives its parameters")


def _is_generated(place: Raised) -> bool:
    """Was the code written by `dataclass`? It is compiled from a string."""
    return place.frame.f_code.co_filename == "<string>" and place.frame.f_code.co_name in ("__init__", "__create_fn__")


def _failure(module: nn.Module) -> str:
    """What listing the parameters raises; "" for nothing."""
    try:
        hash(module)
        list(nn.Module.parameters(module))
    except Exception as error:
        return f"{type(error).__name__}: {text_of(error)}"
    return ""


def _bare(cls: type[nn.Module]) -> nn.Module:
    """An object of the class on which only nn.Module's initialiser ran: enough to be hashed."""
    try:
        module = cls.__new__(cls)
        nn.Module.__init__(module)
    except Exception as error:
        raise Inconclusive(Reason.NOT_CONSTRUCTED, f"not even a bare object can be made: {text_of(error)}") from error
    return module
