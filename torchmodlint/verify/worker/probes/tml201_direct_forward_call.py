"""Runs the method with inputs, with a forward pre-hook on the receiver of the flagged call. Confirmed when the
receiver's `forward` runs and the hook does not; refuted when the receiver is no nn.Module. A receiver that the verifier
passed in proves nothing. Where no inputs get that far, stand-ins for them may confirm, and not refute."""

from __future__ import annotations

import ast
from types import FunctionType

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.inputs.ways import ways_through
from torchmodlint.verify.worker.observe.construction import require_initialised
from torchmodlint.verify.worker.observe.expressions import flagged, seen
from torchmodlint.verify.worker.observe.hooks import Direct
from torchmodlint.verify.worker.observe.provenance import Supplied, refuse_stand_ins
from torchmodlint.verify.worker.observe.tracebacks import text_of
from torchmodlint.verify.worker.observe.words import count, kind_of, tally
from torchmodlint.verify.worker.synth.search import build

NOT_THERE = {Reason.UNREACHED_LINE, Reason.FORWARD_FAILED, Reason.NO_INPUTS}


def probe(case: Case, question: Question) -> Seen:
    if question.owner is None:
        raise Inconclusive(Reason.UNSUPPORTED, "a call outside of classes is not run")
    call = flagged(case, question, _calls_forward)
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    attempt = build(case.loaded, case.cls, case.plan)
    if attempt.instance is None or attempt.error is not None:
        raise Inconclusive(Reason.NOT_CONSTRUCTED, "a second object could not be built")
    require_initialised(attempt.instance)
    direct = Direct()
    try:
        _ = case.inputs
        with seen(case, call.func.value, direct.see):
            failure = _run(case, question, attempt.instance)
        return _judged(case, question, direct, Supplied(attempt), failure)
    except Inconclusive as why:
        found = _with_stand_ins(case, question, call.func.value) if why.reason in NOT_THERE else None
        if found is None:
            raise
        return found


def _calls_forward(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "forward"


def _run(case: Case, question: Question, module: nn.Module) -> str:
    """Call the module, or the method of the flagged line where forward does not get there. What it raises, in words."""
    arguments, keywords = case.inputs.make()
    method = None if question.function in (None, "forward") else getattr(module, question.function or "", None)
    failure = ""
    for function in (module, method):
        if callable(function):
            try:
                function(*arguments, **keywords)
            except Exception as error:
                failure = failure or f"{type(error).__name__}: {text_of(error)}"
    return failure


def _with_stand_ins(case: Case, question: Question, receiver: ast.expr) -> Seen | None:
    """What is seen when the module is called with stand-ins for its inputs, if that says anything."""
    attempt = build(case.loaded, case.cls, case.plan)
    if attempt.instance is None:
        return None
    supplied, direct = Supplied(attempt), Direct()
    around = vars(case.cls).get(question.function or "")
    with seen(case, receiver, direct.see):
        for method in dict.fromkeys((None, question.function if isinstance(around, FunctionType) else None)):
            for _ in ways_through(attempt.instance, method):
                own = [one for one in direct.passed_by if one not in supplied]
                if not own:
                    continue
                refuse_stand_ins(case, own)
                called = f"`{method}`, " if method else ""
                return confirmed(
                    f"{called}called with stand-ins for its inputs, {'it ' if not method else ''}runs the forward of"
                    f" {tally(own[:1])} on line {question.line}, and a forward pre-hook on that does not fire",
                    hooks_fired=0,
                    receiver=kind_of(own[0]),
                    stand_ins=True,
                )
    return None


def _judged(case: Case, question: Question, direct: Direct, supplied: Supplied, failure: str) -> Seen:
    own = [one for one in direct.passed_by if one not in supplied]
    if own:
        refuse_stand_ins(case, own)
        return confirmed(
            f"the forward of {tally(own[:1])} runs on line {question.line} and a forward pre-hook on it does not fire"
            f" ({count(len(own), 'call')})",
            calls=len(own),
            hooks_fired=0,
            receiver=kind_of(own[0]),
        )
    if direct.passed_by:
        raise Inconclusive(Reason.SYNTHETIC_VALUE, "the receiver was passed in by the verifier")
    if direct.fired:
        what = kind_of(direct.fired[0])
        raise Inconclusive(Reason.UNSUPPORTED, f"{what} calls itself during the call, and its hooks fire for that")
    refuse_stand_ins(case, direct.others)
    if direct.others and not any(one in supplied for one in direct.others):
        return refuted(f"the receiver is a {kind_of(direct.others[0])} and no nn.Module")
    if failure:
        raise Inconclusive(Reason.FORWARD_FAILED, f"line {question.line} is not reached: {failure}")
    raise Inconclusive(Reason.UNREACHED_LINE, f"line {question.line} does not run when the module is called")
