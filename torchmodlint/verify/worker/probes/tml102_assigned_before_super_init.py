"""Builds the class and watches the flagged statement. Confirmed when torch refuses it, or one before it, because
nn.Module was not initialised by then, or when what it stored stays unregistered; refuted when nn.Module's initialiser
ran before it, or when all that it stored is registered in the end."""

from __future__ import annotations

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import Absent, Run, held, not_built, observe
from torchmodlint.verify.worker.observe.hidden import contents, registered
from torchmodlint.verify.worker.observe.lenient import stored_anyway
from torchmodlint.verify.worker.observe.provenance import Supplied, refuse_stand_ins
from torchmodlint.verify.worker.observe.tracebacks import lacks_initialiser, raised, refuses_uninitialised, text_of
from torchmodlint.verify.worker.observe.words import tally


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    observed = observe(case, question)
    attempt = observed.attempt
    place = raised(attempt.error)
    if place is not None and lacks_initialiser(place, case.cls):
        error = text_of(place.error)
        if place.at(case, question):
            if attempt.plan is not None and not attempt.plan.sensible:
                raise Inconclusive(
                    Reason.SYNTHETIC_VALUE, f"what torch refuses on line {place.line} was passed in by the verifier"
                )
            what = "torch refuses" if refuses_uninitialised(place, case.cls) else "nn.Module is not initialised by"
            return confirmed(f"{what} line {place.line} of the construction: {error}", error=error)
        if refuses_uninitialised(place, case.cls) and _comes_early(case, question):
            told = f"nn.Module is not initialised by line {question.line}: torch refuses line {place.line} already"
            return confirmed(f"{told}: {error}", error=error)
    early = [run for run in observed.statement.runs if type(run.holder) is case.cls and run.initialised]
    if early and len(early) == len(observed.statement.runs):
        return refuted(f"nn.Module's initialiser has run by the time line {question.line} does")
    if not attempt.built:
        raise not_built(attempt)
    run = observed.run
    if run.initialised:
        return refuted(f"nn.Module's initialiser has run by the time line {question.line} does")
    return _stored(question, observed.instance, run, Supplied(attempt))


def _comes_early(case: Case, question: Question) -> bool:
    """Does the flagged statement find no tables, when what is refused before it is stored as a plain attribute?"""
    with stored_anyway(case.cls):
        runs = observe(case, question).statement.runs
    return bool(runs) and all(type(run.holder) is case.cls and not run.initialised for run in runs)


def _stored(question: Question, module: nn.Module, run: Run, supplied: Supplied) -> Seen:
    """What the statement stored before there were tables, and what became of it."""
    name = question.attribute
    if name is None or run.value is Absent:
        raise Inconclusive(Reason.UNSUPPORTED, f"what line {question.line} stores has no name to look up")
    leaves = [leaf for _, leaf in contents(run.value)]
    if not leaves:
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"`{name}` holds no module and no tensor with these arguments")
    known = registered(module)
    lost = [leaf for leaf in leaves if id(leaf) not in known.modules | known.tensors]
    if not lost:
        return refuted(f"`{name}` is stored early, and all it holds ({tally(leaves)}) is registered in the end")
    if all(leaf in supplied for leaf in lost):
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"`{name}` holds only what the verifier passed in")
    if held(module, name) is not run.value:
        raise Inconclusive(Reason.UNREACHED_LINE, f"`{name}` is assigned again later")
    return confirmed(
        f"`{name}` is stored before nn.Module is initialised: {len(lost)} of {len(leaves)} objects in it "
        f"({tally(lost)}) are not registered on the built object",
        unregistered=len(lost),
        held=len(leaves),
    )
