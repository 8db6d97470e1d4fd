"""Builds the class, or runs the code around the assignment with recording modules where there is no object to look at.
Confirmed when the attribute is there afterwards and what requires gradients is as it was; refuted when it changed."""

from __future__ import annotations

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.instances import built_or_rehearsed
from torchmodlint.verify.worker.modes.judge import assigned
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View


def probe(case: Case, question: Question) -> Seen:
    return built_or_rehearsed(case, question, lambda: _live(case, question), lambda tape: _claim(case, question, tape))


def _live(case: Case, question: Question) -> Seen:
    """The parameters, buffers and modules of the built object that have the misspelt attribute."""
    name = question.attribute or ""
    case.require_line(case.construction, question, "the construction")
    module = case.instance
    marked = [one for one in (*module.parameters(), *module.buffers(), *module.modules()) if name in vars(one)]
    if not marked:
        raise Inconclusive(Reason.UNREACHED_LINE, f"nothing in the built object has an attribute `{name}`")
    wrong = [one for one in marked if _flag(one) is not bool(vars(one)[name])]
    if not wrong:
        raise Inconclusive(Reason.UNSUPPORTED, f"what has the attribute `{name}` requires gradients as it says")
    value = bool(vars(wrong[0])[name])
    told = f"{len(wrong)} of the {len(marked)} things that have `{name}`={value} go on with requires_grad={not value}"
    return confirmed(told, marked=len(marked), unchanged=len(wrong), value=value)


def _flag(thing: object) -> bool | None:
    """Does it require gradients? None for a module, some of whose parameters do and some do not, or which has none."""
    if not isinstance(thing, nn.Module):
        return bool(getattr(thing, "requires_grad", False))
    flags = {one.requires_grad for one in thing.parameters()}
    return flags.pop() if len(flags) == 1 else None


def _claim(case: Case, question: Question, tape: Tape) -> View:
    name = question.attribute or ""
    found = assigned(tape, case.loaded.job.path, question, name)
    if not found:
        return ABSENT
    first = found[0]
    key = "requires_grad" if "requires_grad" in first.after else "trainable"
    before, after = first.before.get(key), first.after.get(key)
    numbers: dict[str, object] = {f"{key}_before": before, f"{key}_after": after, "assignments": len(found)}
    if before != after:
        return View(Sight.DENIED, f"{key} is {after} after the assignment, and was {before}", numbers, final=True)
    what = "requires_grad" if key == "requires_grad" else "the number of its parameters that require gradients"
    told = f"after the assignment there is an attribute `{name}`, and {what} is {after} as before"
    return View(Sight.SHOWN, told, numbers, final=True)
