"""Builds the class and looks at what the flagged statement stored. Confirmed when it is a plain tensor that
parameters() and buffers() miss: as built, or where a move is real because the device meta stands for CUDA and for every
`device`. Refuted only when the name is registered again later: an operation that changes nothing here may elsewhere."""

from __future__ import annotations

import torch

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import Absent, Observed, held, observe, require_initialised
from torchmodlint.verify.worker.observe.elsewhere import observed_elsewhere
from torchmodlint.verify.worker.observe.hidden import registered
from torchmodlint.verify.worker.observe.provenance import Supplied, refuse_stand_ins
from torchmodlint.verify.worker.observe.words import count, kind_of


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    if question.attribute is None:
        raise Inconclusive(Reason.UNSUPPORTED, f"what line {question.line} stores has no name to look up")
    observed = observe(case, question)
    require_initialised(observed.instance)
    lost = _lost(observed, question.attribute)
    if lost is not None:
        return _confirmed(observed, question.attribute, lost, "", "cpu")
    value, final = observed.run.value, held(observed.instance, question.attribute)
    if isinstance(value, torch.Tensor) and value is not final and not _is_registered(observed, value):
        if isinstance(final, torch.Tensor) and _is_registered(observed, final):
            return refuted(f"`{question.attribute}` is a plain tensor after line {question.line}, and registered later")
    for where, other in observed_elsewhere(case, question):
        lost = _lost(other, question.attribute) if other.statement.runs else None
        if lost is not None:
            return _confirmed(other, question.attribute, lost, f" {where}", lost.device.type)
    told = "registered" if final is not Absent else "not there"
    raise Inconclusive(
        Reason.SYNTHETIC_VALUE, f"not reproduced on cpu: `{question.attribute}` is {told}, as nothing has to be changed"
    )


def _is_registered(observed: Observed, tensor: torch.Tensor) -> bool:
    return id(tensor) in registered(observed.instance).tensors


def _lost(observed: Observed, name: str) -> torch.Tensor | None:
    """The plain tensor that the flagged statement left under the name, for good."""
    value = held(observed.instance, name)
    if not isinstance(value, torch.Tensor) or value is not observed.run.value or _is_registered(observed, value):
        return None
    if value in Supplied(observed.attempt):
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"`{name}` is a tensor that the verifier passed in")
    if any(one is value for one in observed.instance.parameters()):
        return None
    return value


def _confirmed(observed: Observed, name: str, lost: torch.Tensor, where: str, device: str) -> Seen:
    total = len(list(observed.instance.parameters()))
    return confirmed(
        f"`{name}` is a plain {kind_of(lost)}{where} ({count(lost.numel(), 'element')}): it is none of the "
        f"{count(total, 'tensor')} in parameters()",
        device=device,
        elements=lost.numel(),
        parameters=total,
        computed_by=type(lost.grad_fn).__name__ if lost.grad_fn is not None else None,
    )
