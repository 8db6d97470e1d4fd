"""Runs the code around the call with a recording module in the model's place, and with all else stood in for.
Confirmed when the module is in training mode at the flagged call on every path on which its weights were loaded and
no backward pass comes back through it; refuted when it is in eval mode, or is trained on, on all of them.
Inconclusive when no layer of the model in sight asks for its mode. What a run of the code leaves open, the function
itself is called for."""

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
        calls = [one for one in flagged(tape, file, question) if one.loaded is not None]
        if not calls:
            return ABSENT
        first = calls[0]
        assert first.loaded is not None
        numbers: dict[str, object] = {"training": first.training, "grad": first.grad, "loaded": first.loaded.line}
        if any(other.walked and other.kin(first) for other in tape.calls):
            return View(Sight.DENIED, "a backward pass comes back through the model: it is trained further", numbers)
        if not first.known or first.doubt is not None:
            return View(Sight.UNSURE, first.doubt or "its mode is not known", numbers)
        if first.flags == {True}:
            numbers["layers"] = minding(first.module)
            if numbers["layers"] == "":
                return View(Sight.UNSURE, NONE, numbers)
            grad = "on" if first.grad else "off"
            told = (
                f"called on line {first.places[-1].line} with training=True and gradients {grad}, after its weights "
                f"were loaded on line {first.loaded.line}, {tape.setting}"
            )
            return View(Sight.SHOWN, told, numbers)
        told = f"called on line {first.places[-1].line} with training={first.training}"
        if first.mode_set is not None:
            told += f", which line {first.mode_set.line} has set"
        return View(Sight.DENIED, told if not first.training else f"{told}, but parts of it in eval mode", numbers)

    return asked(case, question, claim)
