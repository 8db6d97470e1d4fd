"""Builds the class, notes which modules its constructor leaves in eval mode, and calls `train()` on it. Confirmed when
dropout or batch norm among them is in training mode afterwards; refuted when all of them stay in eval mode."""

from __future__ import annotations

from typing import Any

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.instances import kinds, sensitive
from torchmodlint.verify.worker.observe.words import be, tally


def probe(case: Case, question: Question) -> Seen:
    module = case.fresh()
    case.require_line(case.construction, question, "the construction")
    whole = _member(module, question.attribute)
    frozen = [one for one in sensitive(whole) if not one.training]
    what = f"`{question.attribute}`" if question.attribute else "the object"
    if not frozen:
        raise Inconclusive(Reason.UNSUPPORTED, f"no dropout or batch norm in {what} is in eval mode when it is built")
    try:
        module.train()
    except Exception as error:
        raise Inconclusive(Reason.UNSUPPORTED, f"train() raises {type(error).__name__}: {error}") from error
    thawed = [one for one in frozen if one.training]
    numbers: dict[str, Any] = {"frozen": len(frozen), "thawed": len(thawed), "layers": kinds(frozen)}
    if thawed:
        told = f"{tally(frozen)} of {what} {be(frozen)} in eval mode after the constructor"
        return confirmed(f"{told}; after train() {len(thawed)} of them have training=True", **numbers)
    return refuted(f"after train() {tally(frozen)} of {what} {be(frozen)} still in eval mode", **numbers)


def _member(module: nn.Module, attribute: str | None) -> nn.Module:
    found = getattr(module, attribute, None) if attribute else module
    if isinstance(found, (list, tuple)):
        found = nn.ModuleList([one for one in found if isinstance(one, nn.Module)])
    if not isinstance(found, nn.Module):
        raise Inconclusive(Reason.UNREACHED_LINE, f"`{attribute}` is no module of the built object")
    return found
