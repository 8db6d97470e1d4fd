"""Calls the built object with hooks on it. Confirmed when the call goes through, or reaches the object's own `forward`,
and neither a forward pre-hook nor a forward hook fires; refuted when they fire. Where no call goes through, and no code
of the class names nn.Module's own `__call__`, stand-ins for the inputs take the ways through `__call__` that there are:
confirmed when one goes through, and hooks fire on none, or when a failing call ran layers and not the pre-hook."""

from __future__ import annotations

import inspect
from typing import Any

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.inputs.leaves import leaves
from torchmodlint.verify.worker.inputs.ways import ways_through
from torchmodlint.verify.worker.observe.construction import require_initialised
from torchmodlint.verify.worker.observe.handing import hands_over
from torchmodlint.verify.worker.observe.hidden import state
from torchmodlint.verify.worker.observe.provenance import refuse_stand_ins
from torchmodlint.verify.worker.observe.tracebacks import text_of
from torchmodlint.verify.worker.observe.words import tally


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    if "__call__" not in vars(case.cls):
        raise Inconclusive(Reason.UNREACHED_LINE, "after the import the class has no `__call__` of its own")
    hooked = _Hooked(case)
    error: Exception | None = None
    try:
        arguments, keywords = case.inputs.make()
        result = hooked.module(*arguments, **keywords)
    except Exception as failure:
        error = failure
    else:
        if inspect.iscoroutine(result):
            result.close()
            raise Inconclusive(Reason.UNSUPPORTED, "`__call__` is a coroutine, which is not run")
    if hooked.fired:
        return refuted(f"a call of it runs the hooks ({', '.join(hooked.fired)})", fired=len(hooked.fired))
    if error is None or hooked.entered:
        what = "runs `forward`" if hooked.entered else "goes through"
        return confirmed(f"a call of it {what}, and none of 2 hooks on it fires", hooks=2, fired=0)
    alone = not hands_over(case.cls)
    if alone and _passes_by(case):
        told = "a call of it with stand-ins for its inputs goes through, and none of 2 hooks on it fires"
        return confirmed(told, hooks=2, fired=0, stand_ins=True)
    if alone and hooked.ran:
        told = f"a call of it gets through {tally(hooked.ran)}, and a forward pre-hook on it does not fire before that"
        return confirmed(f"{told}; none of its code calls nn.Module's `__call__`", hooks=2, fired=0)
    if isinstance(error, Inconclusive):
        raise error
    raise Inconclusive(Reason.FORWARD_FAILED, f"a call of it raises {type(error).__name__}: {text_of(error)}")


class _Hooked:
    """A new object with hooks on it: which of them have `fired`, whether its `forward` was `entered`, and which layers
    `ran`."""

    def __init__(self, case: Case) -> None:
        self.module = case.fresh()
        require_initialised(self.module)
        self.fired: list[str] = []
        self.entered: list[int] = []
        self.module.register_forward_pre_hook(lambda *_: self.fired.append("pre"))
        self.module.register_forward_hook(lambda *_: self.fired.append("after"))
        self.ran: list[nn.Module] = []
        for layer in leaves(self.module):
            layer.register_forward_hook(lambda one, *_: self.ran.append(one))
        _note_forward(self.module, self.entered)


def _passes_by(case: Case) -> bool:
    """Do calls with stand-ins go through, all of them past the hooks?"""
    hooked = _Hooked(case)
    through = False
    for error in ways_through(hooked.module):
        through = through or error is None or bool(hooked.entered)
    return through and not hooked.fired


def _note_forward(module: nn.Module, entered: list[int]) -> None:
    """Note in `entered` when the object's `forward` is called."""
    forward = module.forward

    def noting(*args: Any, **kwargs: Any) -> Any:
        entered.append(1)
        return forward(*args, **kwargs)

    state(module)["forward"] = noting
