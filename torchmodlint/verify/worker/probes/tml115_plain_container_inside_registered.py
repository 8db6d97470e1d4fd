"""Builds the class. Confirmed when the flagged line raises because torch takes no plain container there, or when a
ParameterList or ParameterDict has taken one in which Parameters stay unregistered; refuted when the line ran, and what
it filled holds nothing but modules and Parameters."""

from __future__ import annotations

import ast

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import held, observe, require_initialised
from torchmodlint.verify.worker.observe.hidden import attributes, contents, is_container, registered
from torchmodlint.verify.worker.observe.provenance import Supplied, refuse_stand_ins
from torchmodlint.verify.worker.observe.tracebacks import Raised, raised, text_of
from torchmodlint.verify.worker.observe.words import kind_of, tally

REGISTERING = (nn.ModuleList, nn.ModuleDict, nn.Sequential, nn.ParameterList, nn.ParameterDict)
REFUSALS = ("is not a Module subclass", "ModuleList.extend should be called", "ModuleDict update sequence")


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    case.satisfied_with(lambda error: _refused(case, question, error) is not None)
    observed = observe(case, question)
    place = _refused(case, question, observed.attempt.error)
    if place is not None:
        text = text_of(place.error)
        told = f"line {place.line} raises {type(place.error).__name__}: {text}"
        return confirmed(told, error=text, container=kind_of(place.receiver))
    module = observed.instance
    require_initialised(module)
    _ = observed.run
    known, supplied = registered(module), Supplied(observed.attempt)
    boxes = _boxes(case, question, module)
    for box in boxes:
        plain = [value for value in attributes(box).values() if is_container(value)]
        leaves = [leaf for value in plain for _, leaf in contents(value)]
        lost = [leaf for leaf in leaves if id(leaf) not in known.tensors | known.modules]
        if lost and all(one in supplied for one in lost):
            raise Inconclusive(Reason.SYNTHETIC_VALUE, "what is not registered was passed in by the verifier")
        if lost:
            given = len(list(module.parameters()))
            return confirmed(
                f"the {kind_of(box)} of line {question.line} keeps {len(plain)} plain containers with {tally(lost)} "
                f"that are none of the {given} tensors in parameters()",
                containers=len(plain),
                unregistered=len(lost),
                parameters=given,
            )
    if not boxes or not all(len(box) for box in boxes):
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"nothing is put into a container on line {question.line}")
    return refuted(f"line {question.line} runs, and {kind_of(boxes[0])} holds no plain container")


def _refused(case: Case, question: Question, error: BaseException | None) -> Raised | None:
    """Where torch refuses a plain container, if it does so on the flagged line."""
    place = raised(error)
    if place is None or not place.at(case, question) or not isinstance(place.receiver, REGISTERING):
        return None
    refused = isinstance(place.error, (TypeError, ValueError)) and any(one in text_of(place.error) for one in REFUSALS)
    return place if refused else None


def _boxes(case: Case, question: Question, module: nn.Module) -> list[nn.ModuleList | nn.ParameterList]:
    """The registering containers that the flagged statement names."""
    names = [
        node.attr
        for node in ast.walk(case.loaded.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and question.line <= node.lineno <= question.end_line
    ]
    found = [held(module, name) for name in dict.fromkeys(names)]
    return [one for one in found if isinstance(one, REGISTERING)]  # type: ignore[misc]
