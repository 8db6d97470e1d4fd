"""Builds the class, or runs the code around the assignment with recording modules where there is no object to look at.
Confirmed when the attribute is there afterwards and what requires gradients is as it was; refuted when it changed."""

from __future__ import annotations

from typing import Any

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.instances import built_or_rehearsed, settings
from torchmodlint.verify.worker.modes.judge import assigned
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View
from torchmodlint.verify.worker.observe.words import kind_of
from torchmodlint.verify.worker.synth.search import build


def probe(case: Case, question: Question) -> Seen:
    return built_or_rehearsed(case, question, lambda: _live(case, question), lambda tape: _claim(case, question, tape))


def _live(case: Case, question: Question) -> Seen:
    name = question.attribute or ""
    with settings(case, question, name) as found:
        build(case.loaded, case.cls, case.plan)
    if not found:
        raise Inconclusive(Reason.UNREACHED_LINE, f"line {question.line} does not run while the object is built")
    first, value = found[0], bool(found[0].value)
    before, after = first.before.gradients, first.after.gradients
    what = kind_of(first.module)
    numbers: dict[str, Any] = {
        "value": value,
        "before": sum(before),
        "after": sum(after),
        "of": len(after),
        "assignments": len(found),
    }
    if before != after:
        return refuted(f"the assignment changes what requires gradients of the {what}", **numbers)
    if name not in vars(first.module):
        raise Inconclusive(Reason.UNSUPPORTED, f"the {what} takes `{name}` for something of its own", **numbers)
    told = f"the {what} has a plain attribute `{name}` = {value} afterwards, and"
    if isinstance(first.module, nn.Module):
        return confirmed(f"{told} {sum(after)} of its {len(after)} parameters require gradients as before", **numbers)
    return confirmed(f"{told} requires_grad is {after[0]} as before", **numbers)


def _claim(case: Case, question: Question, tape: Tape) -> View:
    name = question.attribute or ""
    found = assigned(tape, case.loaded.job.path, question, name)
    if not found:
        return ABSENT
    first = found[0]
    key = "requires_grad" if "requires_grad" in first.after else "trainable"
    before, after = first.before.get(key), first.after.get(key)
    numbers: dict[str, Any] = {f"{key}_before": before, f"{key}_after": after, "assignments": len(found)}
    if before != after:
        return View(Sight.DENIED, f"{key} is {after} after the assignment, and was {before}", numbers, final=True)
    if not first.plain:
        return View(Sight.UNSURE, f"`{name}` is a property of the module's class", numbers)
    what = "requires_grad" if key == "requires_grad" else "the number of its parameters that require gradients"
    told = f"after the assignment there is an attribute `{name}`, and {what} is {after} as before"
    return View(Sight.SHOWN, told, numbers, final=True)
