"""Builds the class and looks at what the flagged statement stored. Confirmed when it is a tensor that requires grad and
that parameters() does not give, together with what state_dict() and a move make of it; refuted when parameters() gives
it in the end."""

from __future__ import annotations

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.attribute import fate, stored_tensor
from torchmodlint.verify.worker.observe.hidden import depends_on, registered
from torchmodlint.verify.worker.observe.words import count


def probe(case: Case, question: Question) -> Seen:
    stored = stored_tensor(case, question)
    if stored.is_parameter:
        return refuted(f"parameters() gives `{stored.name}`")
    tensor = stored.tensor
    if not tensor.requires_grad:
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"`{stored.name}` does not require grad with these arguments")
    if tensor.numel() == 0:
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"`{stored.name}` has no elements with these arguments")
    if depends_on(tensor, registered(stored.module)):
        raise Inconclusive(Reason.UNSUPPORTED, f"`{stored.name}` is computed from Parameters that are registered")
    seen = fate(case, stored)
    total = len(list(stored.module.parameters()))
    return confirmed(
        f"`{stored.name}` requires grad ({count(tensor.numel(), 'element')}) and is none of the "
        f"{count(total, 'tensor')} in parameters(){seen.told}",
        elements=tensor.numel(),
        parameters=total,
        stays=seen.stays,
        saved=seen.saved,
    )
