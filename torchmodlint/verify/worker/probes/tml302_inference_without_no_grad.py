"""Runs the code around the call with a recording module in the model's place, and with all else stood in for.
Confirmed when on every path the module is called in eval mode while torch records a graph, and no backward pass ever
comes back along it; refuted when gradients are off there, or a backward pass does come back, on all of them.
Inconclusive when the result leaves the code in sight with its graph, or an input is made to require a gradient: code
out of sight may ask for one. What a run of the code leaves open, the function itself is called for: there the graph
must be gone when the call is over."""

from __future__ import annotations

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Seen
from torchmodlint.verify.worker.called.asking import asked
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.judge import flagged
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View


def probe(case: Case, question: Question) -> Seen:
    file = case.loaded.job.path

    def claim(tape: Tape) -> View:
        calls = flagged(tape, file, question)
        if not calls:
            return ABSENT
        first = calls[0]
        line = first.places[-1].line
        numbers: dict[str, object] = {
            "training": first.training,
            "grad": first.grad,
            "graph": first.records,
            "calls": len(calls),
        }
        if first.doubt is not None or not first.known:
            return View(Sight.UNSURE, first.doubt or "its mode is not known", numbers)
        if any(one.walked for one in calls):
            return View(Sight.DENIED, f"a backward pass comes back through the call on line {line}", numbers)
        if not first.grad:
            return View(Sight.DENIED, f"called on line {line} with gradients off", numbers)
        if first.training:
            return View(Sight.DENIED, f"called on line {line} with training=True", numbers)
        if not first.records:
            return View(Sight.DENIED, f"the call on line {line} records no graph: its parameters are frozen", numbers)
        away = next((one.escaped for one in calls if one.escaped), None)
        if away is not None:
            return View(Sight.UNSURE, f"its result goes out of sight with its graph ({away})", numbers)
        if tape.inputs:
            return View(Sight.UNSURE, f"on line {tape.inputs[0]}, an input asks for a gradient of its own", numbers)
        kept = f", set on line {first.mode_set.line}" if first.mode_set is not None else ""
        told = (
            f"called on line {line} with training=False{kept} and gradients on; the result carries a graph along "
            f"which no backward pass comes, {tape.setting}"
        )
        return View(Sight.SHOWN, told, numbers)

    return asked(case, question, claim)
