"""Runs the loop for several rounds with a recording module in the model's place, and with all else stood in for.
Confirmed when on every path on which the flagged call puts the module in eval mode the next training step, which is a
call through which a backward pass comes, finds it there; refuted when that step always finds it in training mode, and
so does that of every other module that is put in eval mode there. Inconclusive when no layer of the model in sight asks
for its mode. What a run of the code leaves open, the function itself is called for."""

from __future__ import annotations

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Seen
from torchmodlint.verify.worker.called.asking import asked
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.minding import NONE, minding
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View
from torchmodlint.verify.worker.modes.states import family

OTHERS = "of the models put in eval mode there, one trains in a way that could not be followed"


def probe(case: Case, question: Question) -> Seen:
    file = case.loaded.job.path

    def claim(tape: Tape) -> View:
        denied: View | None = None
        judged: set[frozenset[int]] = set()
        half: set[frozenset[int]] = set()  # with a training step on one side of the call only
        for switch in tape.switches:
            if switch.training or not switch.under(file, question):
                continue
            # What a part is a part of may have come out only after the whole was called.
            steps = [one for one in tape.calls if one.stepped and switch.family & (one.family | family(one.module))]
            later = next((one for one in steps if one.at > switch.at), None)
            earlier = next((one for one in reversed(steps) if one.at < switch.at), None)
            if later is None or earlier is None:
                half |= {switch.family} if steps else set()
                continue
            judged.add(switch.family)
            if not earlier.training:
                continue
            line = later.places[-1].line
            numbers: dict[str, object] = {
                "step_before_training": True,
                "next_step_training": later.training,
                "step": line,
            }
            if later.doubt is not None or not later.known:
                return View(Sight.UNSURE, later.doubt or "its mode is not known", numbers)
            if later.training:
                told = f"the training step after it, on line {line}, finds the model with training=True"
                denied = denied or View(Sight.DENIED, told, numbers, final=True)
                continue
            numbers["layers"] = minding(later.module)
            if numbers["layers"] == "":
                return View(Sight.UNSURE, NONE, numbers)
            told = (
                f"the training step before it (line {earlier.places[-1].line}) ran with training=True, and the one "
                f"after it (line {line}) with training=False, {tape.setting}"
            )
            return View(Sight.SHOWN, told, numbers, final=True)
        if denied is not None and half - judged:
            return View(Sight.UNSURE, OTHERS, denied.numbers)
        return denied or ABSENT

    return asked(case, question, claim)
