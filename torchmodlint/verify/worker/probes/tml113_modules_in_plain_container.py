"""Builds the class and looks into the container of the flagged statement. Confirmed when it holds modules that are not
in modules(), with the parameters that parameters() misses, the tensors that a move leaves behind and the modules that
eval() does not reach; refuted when every module in it is registered elsewhere, or the class reaches all of them itself.
Modules without parameters, buffers or a mode prove nothing."""

from __future__ import annotations

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.containers import Kept, kept
from torchmodlint.verify.worker.observe.moods import has_mode
from torchmodlint.verify.worker.observe.moves import place
from torchmodlint.verify.worker.observe.words import be, count, tally, together


def probe(case: Case, question: Question) -> Seen:
    found = kept(case, question, lambda leaf: isinstance(leaf, nn.Module), "modules")
    if not found.lost:
        return refuted(f"all that `{found.name}` holds ({tally(found.leaves)}) is in modules()", held=len(found.leaves))
    if not found.tensors() and not found.moody():
        what = f"`{found.name}` holds {tally(found.lost)} with these arguments"
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"{what}, without parameters, buffers or a mode of their own")
    return judged(found, "modules()")


def judged(found: Kept, where: str) -> Seen:
    """The verdict on what is lost; `where` is the list in which it is missing."""
    invisible, left, deaf = found.invisible(), found.left(), found.deaf()
    if not invisible and left == [] and deaf == []:
        return refuted(f"the class itself reaches what `{found.name}` holds: by parameters(), moves and eval()")
    if not invisible and not left and not (deaf and found.moody()):
        raise Inconclusive(Reason.UNSUPPORTED, f"what `{found.name}` holds is not seen to be missed by anything")
    total = len(found.given()) + len(invisible)
    moody = [one for one in deaf or [] if has_mode(one)] if found.moody() else []
    parts = []
    if invisible:
        parts.append(f"{len(invisible):,} of {count(total, 'parameter')} {be(invisible)} invisible to an optimizer")
    if left:
        parts.append(
            f'after .to("{found.case.away.type}") {count(len(left), "tensor")} {be(left)} still on {place(left)}'
        )
    if moody:
        parts.append(f"after eval() {tally(moody)} {be(moody)} still in training mode")
    return confirmed(
        f"`{found.name}` holds {tally(found.leaves)}, {_share(found)} in {where}: {together(parts)}",
        held=len(found.leaves),
        unregistered=len(found.lost),
        parameters_hidden=len(invisible),
        parameters=total,
        left_behind=len(left or []),
        still_training=len(moody),
    )


def _share(found: Kept) -> str:
    if len(found.lost) < len(found.leaves):
        return f"{len(found.lost):,} of them not"
    return "none of them" if len(found.lost) > 1 else "which is not"
