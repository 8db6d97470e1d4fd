"""Builds the class, looks at what the flagged statement stored, and calls the object if inputs are found. Confirmed
when it is a plain tensor that stays where it is while a copy of the module moves, or that state_dict() does not save,
and the call computes with it (or no inputs were found to see that). Refuted when it is registered in the end, or
follows the move because the class sees to that itself. A tensor without dimensions or elements proves nothing."""

from __future__ import annotations

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.attribute import Stored, fate, stored_tensor
from torchmodlint.verify.worker.observe.uses import Watch


def probe(case: Case, question: Question) -> Seen:
    stored = stored_tensor(case, question)
    if stored.is_registered:
        return refuted(f"`{stored.name}` is registered")
    shape = list(stored.tensor.shape)
    seen = fate(case, stored)
    if seen.follows:
        return refuted(f"`{stored.name}` follows the module to {case.away.type}", device=case.away.type, shape=shape)
    if not shape or stored.tensor.numel() == 0:
        what = "dimensions" if not shape else "elements"
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"`{stored.name}` has no {what} with these arguments", shape=shape)
    if not seen.stays and seen.saved:
        raise Inconclusive(Reason.UNSUPPORTED, f"`{stored.name}` is saved, and the module cannot be moved")
    used = _used(case, stored)
    told = f"`{stored.name}` (shape {shape}) is no buffer{seen.told}{used}"
    return confirmed(told, shape=shape, stays=seen.stays, saved=seen.saved, used=bool(used))


def _used(case: Case, stored: Stored) -> str:
    """What a call computes with it, in words; "" when no call gets there.

    Raises Inconclusive when a whole call, or what there is of one, does nothing with it that would need it on the
    module's device.
    """
    watch = Watch(stored.tensor, case.loaded.job.path)
    result, whole = None, False
    try:
        case.inputs  # noqa: B018 - their search is no part of what is watched
        with watch:
            result, whole = case.call(stored.module), True
    except Exception:
        pass
    if watch.uses.computed:
        name, line = watch.uses.computed[0]
        return f"; forward hands it to torch's `{name}` beside other tensors" + (f" on line {line}" if line else "")
    if watch.follows(result):
        return "; forward returns it"
    if whole or watch.uses.indexed or watch.uses.moved:
        how = "as an index only" if watch.uses.indexed else "after moving it" if watch.uses.moved else "not at all"
        raise Inconclusive(Reason.UNREACHED_LINE, f"`{stored.name}` is used {how} when the module is called")
    return ""
