"""Calls the built object with hooks on it. Confirmed when the call goes through, or reaches the object's own `forward`,
and neither a forward pre-hook nor a forward hook fires; refuted when they fire."""

from __future__ import annotations

import inspect
from typing import Any

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import require_initialised
from torchmodlint.verify.worker.observe.hidden import state
from torchmodlint.verify.worker.observe.provenance import refuse_stand_ins
from torchmodlint.verify.worker.observe.tracebacks import text_of


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    if "__call__" not in vars(case.cls):
        raise Inconclusive(Reason.UNREACHED_LINE, "after the import the class has no `__call__` of its own")
    module = case.fresh()
    require_initialised(module)
    arguments, keywords = case.inputs.make()
    fired: list[str] = []
    entered: list[int] = []
    module.register_forward_pre_hook(lambda *_: fired.append("pre"))
    module.register_forward_hook(lambda *_: fired.append("after"))
    _note_forward(module, entered)
    error: Exception | None = None
    try:
        result = module(*arguments, **keywords)
    except Exception as failure:
        error = failure
    else:
        if inspect.iscoroutine(result):
            result.close()
            raise Inconclusive(Reason.UNSUPPORTED, "`__call__` is a coroutine, which is not run")
    if fired:
        return refuted(f"a call of it runs the hooks ({', '.join(fired)})", fired=len(fired))
    if error is None or entered:
        what = "runs `forward`" if entered else "goes through"
        return confirmed(f"a call of it {what}, and none of 2 hooks on it fires", hooks=2, fired=0)
    assert error is not None
    raise Inconclusive(Reason.FORWARD_FAILED, f"a call of it raises {type(error).__name__}: {text_of(error)}")


def _note_forward(module: nn.Module, entered: list[int]) -> None:
    """Note in `entered` when the object's `forward` is called."""
    forward = module.forward

    def noting(*args: Any, **kwargs: Any) -> Any:
        entered.append(1)
        return forward(*args, **kwargs)

    state(module)["forward"] = noting
