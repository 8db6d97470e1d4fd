"""Builds the class, or runs the code around the assignment with recording modules where there is no object to look at.
Confirmed when the modules inside the one that was assigned to are in the modes in which they were before; refuted when
the assignment has switched them."""

from __future__ import annotations

from typing import Any

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.instances import built_or_rehearsed, call_alone, sensitive, settings
from torchmodlint.verify.worker.modes.judge import assigned
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View
from torchmodlint.verify.worker.observe.words import tally
from torchmodlint.verify.worker.synth.search import build

FLAG = "training"


def probe(case: Case, question: Question) -> Seen:
    return built_or_rehearsed(case, question, lambda: _live(case, question), lambda tape: _claim(case, question, tape))


def _live(case: Case, question: Question) -> Seen:
    with settings(case, question, FLAG) as found:
        again = build(case.loaded, case.cls, case.plan)
        call_alone(again.instance, question, found)
    if not found:
        raise Inconclusive(Reason.UNREACHED_LINE, f"line {question.line} does not run while the object is built")
    first, value = found[0], bool(found[0].value)
    before, after = first.before.modes, first.after.modes
    name = type(first.module).__name__
    layers = sensitive(first.module)
    numbers: dict[str, Any] = {
        "value": value,
        "inner": len(after),
        "training_before": sum(before),
        "training_after": sum(after),
    }
    if not after:
        raise Inconclusive(Reason.UNSUPPORTED, f"the {name} holds no modules as it was built", **numbers)
    if before != after:
        return refuted(
            f"{sum(after)} of the {len(after)} modules in the {name} are in training mode, and not {sum(before)}",
            **numbers,
        )
    if FLAG not in vars(first.module):
        raise Inconclusive(Reason.UNSUPPORTED, f"`{FLAG}` is a property of the {name}", **numbers)
    among = f", among them {tally(layers)}" if layers else ""
    told = f"`training = {value}` leaves all {len(after)} modules in the {name} as they were{among}"
    return confirmed(f"{told}: {sum(after)} with training=True", **numbers)


def _claim(case: Case, question: Question, tape: Tape) -> View:
    found = [one for one in assigned(tape, case.loaded.job.path, question, FLAG) if one.after.get("inner")]
    if not found:
        return ABSENT
    first = found[0]
    value, inner = first.after["training"], first.after["inner"]
    before, after = first.before["inner_training"], first.after["inner_training"]
    numbers: dict[str, Any] = {"value": value, "inner": inner, "training_before": before, "training_after": after}
    if before != after:
        return View(
            Sight.DENIED, f"{after} of the {inner} modules inside have training=True, and not {before}", numbers
        )
    if not first.plain:
        return View(Sight.UNSURE, f"`{FLAG}` is a property of the module's class", numbers)
    told = f"`training = {value}` leaves the {inner} modules inside a recording module as they were: {after} train"
    return View(Sight.SHOWN, told, numbers, final=True)
