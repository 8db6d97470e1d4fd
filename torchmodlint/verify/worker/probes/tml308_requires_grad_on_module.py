"""Builds the class, or runs the code around the statement with recording modules where there is no object to look at.
Confirmed when the parameters of the module require gradients after the assignment just as before it; refuted when the
assignment has changed that, as that of a class with such a property does."""

from __future__ import annotations

from typing import Any

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.instances import built_or_rehearsed, call_alone, settings
from torchmodlint.verify.worker.modes.judge import assigned
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View
from torchmodlint.verify.worker.synth.search import build

FLAG = "requires_grad"


def probe(case: Case, question: Question) -> Seen:
    return built_or_rehearsed(case, question, lambda: _live(case, question), lambda tape: _claim(case, question, tape))


def _live(case: Case, question: Question) -> Seen:
    with settings(case, question, FLAG) as found:
        again = build(case.loaded, case.cls, case.plan)
        call_alone(again.instance, question, found)
    if not found:
        raise Inconclusive(Reason.UNREACHED_LINE, f"line {question.line} does not run while the object is built")
    first, value = found[0], bool(found[0].value)
    before, after = first.before.gradients, first.after.gradients
    name = type(first.module).__name__
    if not before:
        raise Inconclusive(Reason.UNSUPPORTED, f"the {name} has no parameters as it was built")
    numbers: dict[str, Any] = {
        "parameters": len(after),
        "trainable_before": sum(before),
        "trainable_after": sum(after),
        "value": value,
    }
    if before != after:
        return refuted(
            f"{sum(after)} of the {len(after)} parameters of the {name} require gradients, and not {sum(before)}",
            **numbers,
        )
    if FLAG not in vars(first.module):
        raise Inconclusive(Reason.UNSUPPORTED, f"the {name} takes `{FLAG}` for something of its own", **numbers)
    told = f"after `{FLAG} = {value}` {sum(after)} of the {len(after)} parameters of the {name} require gradients"
    return confirmed(f"{told}, as before, and `{FLAG}` is a plain attribute of it", **numbers)


def _claim(case: Case, question: Question, tape: Tape) -> View:
    found = [one for one in assigned(tape, case.loaded.job.path, question, FLAG) if one.after.get("parameters")]
    if not found:
        return ABSENT
    first = found[0]
    trainable = first.after["trainable"]
    numbers: dict[str, Any] = {"trainable_before": first.before["trainable"], "trainable_after": trainable}
    if first.before["trainable"] != trainable:
        return View(Sight.DENIED, f"{trainable} of its parameters require gradients afterwards", numbers, final=True)
    if not first.plain:
        return View(Sight.UNSURE, f"`{FLAG}` is a property of the module's class", numbers)
    told = f"{trainable} of the {first.after['parameters']} parameters of a module in its place require gradients"
    return View(Sight.SHOWN, f"{told} before the assignment and after it", numbers, final=True)
