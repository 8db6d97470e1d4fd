"""Runs the code around the call with a recording module in the model's place, and with all else stood in for.
Confirmed when `backward()` raises torch's own error on every path, because what it starts from has no graph; refuted
when it goes through on all of them."""

from __future__ import annotations

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Seen
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.judge import lines, rehearsed
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View


def probe(case: Case, question: Question) -> Seen:
    file = case.loaded.job.path

    def claim(tape: Tape) -> View:
        walks = [one for one in tape.backwards if one.under(file, question)]
        if not walks:
            return ABSENT
        first = walks[0]
        made = sorted(first.sources, key=lambda one: one.at)
        doubt = first.doubt or next((one.doubt for one in made if one.doubt and "under" in one.doubt), None)
        numbers: dict[str, object] = {"error": first.error, "computed": lines(made)}
        if doubt is not None:
            return View(Sight.UNSURE, doubt, numbers)
        if first.error is None:
            return View(Sight.DENIED, "backward() goes through: what it starts from has a graph", numbers, final=True)
        if first.mixed:
            told = "something of which it is not known whether it has a graph went into what backward() starts from"
            return View(Sight.UNSURE, told, numbers)
        if not made:
            return View(Sight.UNSURE, "backward() starts from nothing that a module in sight has computed", numbers)
        where = " and ".join(map(str, lines(made)))
        return View(Sight.SHOWN, f"backward() of what line {where} computes raises: {first.error}", numbers, final=True)

    return rehearsed(case, question, claim)
