"""Runs the code around the call with a recording module in the model's place, and with all else stood in for.
Confirmed when on every path the module, through which a backward pass has come before, is called with gradients off
and in training mode; refuted when it is in eval mode there on all of them. Inconclusive when no layer of the model in
sight asks for its mode. What a run of the code leaves open, the function itself is called for."""

from __future__ import annotations

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Seen
from torchmodlint.verify.worker.called.asking import asked
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.judge import flagged
from torchmodlint.verify.worker.modes.minding import NONE, minding
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View


def probe(case: Case, question: Question) -> Seen:
    file = case.loaded.job.path

    def claim(tape: Tape) -> View:
        for one in flagged(tape, file, question):
            steps = [other for other in tape.calls if other.stepped and other.at < one.at and other.kin(one)]
            if not steps:
                continue
            line, step = one.places[-1].line, steps[0].places[-1].line
            numbers: dict[str, object] = {"training": one.training, "grad": one.grad, "trained": step}
            if one.doubt is not None or not one.known:
                return View(Sight.UNSURE, one.doubt or "its mode is not known", numbers)
            if one.grad:
                return View(Sight.DENIED, f"called on line {line} with gradients on", numbers, final=True)
            if one.flags == {True}:
                numbers["layers"] = minding(one.module)
                if numbers["layers"] == "":
                    return View(Sight.UNSURE, NONE, numbers)
                told = (
                    f"called on line {line} with training=True and gradients off, after a training step on line "
                    f"{step}, {tape.setting}"
                )
                return View(Sight.SHOWN, told, numbers, final=True)
            told = f"called on line {line} with gradients off and "
            told += "parts of it in eval mode" if one.training else "training=False"
            if one.mode_set is not None and not one.training:
                told += f", which line {one.mode_set.line} has set"
            return View(Sight.DENIED, told, numbers, final=True)
        return ABSENT

    return asked(case, question, claim)
