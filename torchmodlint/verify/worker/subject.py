"""All questions about one class, answered in one process: this is what a forked child does."""

from __future__ import annotations

import importlib
import pkgutil
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.verify.wire import Options, Question
from torchmodlint.verify.worker import probes
from torchmodlint.verify.worker.answers import Inconclusive, Seen
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.observe import cuda_shim
from torchmodlint.verify.worker.repro import script
from torchmodlint.verify.worker.sandbox.denied import cause, latest
from torchmodlint.verify.worker.synth.clock import Budget
from torchmodlint.verify.worker.synth.toward import toward

# What other arguments may show, by why the first did not. Where no inputs were good enough for those, the line may run
# with them too, and then others refute nothing.
DECIDED = frozenset({Outcome.CONFIRMED, Outcome.REFUTED})
CHANCES = {
    Reason.UNREACHED_LINE: DECIDED,
    Reason.SYNTHETIC_VALUE: DECIDED,
    Reason.FORWARD_FAILED: DECIDED - {Outcome.REFUTED},
    Reason.NO_INPUTS: DECIDED - {Outcome.REFUTED},
}
SHARE_OF_CHANCES = 0.25  # of the time for one finding, after which no further arguments are tried

Probe = Callable[[Case, Question], Seen]


@cache
def probe_for(code: str) -> Probe | None:
    """The probe of a rule: its file has the rule's name, and holds one function `probe(case, question)`."""
    prefix = code.lower() + "_"
    for module in pkgutil.iter_modules(probes.__path__):
        if module.name.startswith(prefix):
            found: Probe = importlib.import_module(f"{probes.__name__}.{module.name}").probe
            return found
    return None


def answers(loaded: Loaded, questions: Sequence[Question], options: Options) -> Iterator[tuple[int, Verdict]]:
    """The questions' ids, each with its verdict. The questions are about one class (or none) of one file."""
    case = Case(loaded, questions[0].owner, options)
    cuda_shim.ways.clear()
    for question in questions:
        yield question.id, persevering(case, question)
        case.reopen()


def persevering(case: Case, question: Question) -> Verdict:
    """One verdict; where the line did not run, or nothing was in a container, other arguments get a chance."""
    started = time.monotonic()
    budget = Budget(SHARE_OF_CHANCES * case.options.timeout)
    verdict = answer(case, question)
    attempt = case.__dict__.get("attempt")
    wanted = CHANCES.get(verdict.reason, frozenset())
    if not wanted or attempt is None or not attempt.built or case.qualname is None:
        return verdict
    for plan in toward(case.loaded, case.qualname, attempt.plan, question.line):
        if budget.over:
            break
        again = answer(case.with_plan(plan), question)  # which may be that it cannot be built, and why
        if again.outcome in wanted:
            return replace(again, seconds=round(time.monotonic() - started, 4))
    return verdict


def answer(case: Case, question: Question) -> Verdict:
    """One verdict; whatever goes wrong makes it inconclusive."""
    started = time.monotonic()
    probe = probe_for(question.code)
    try:
        if probe is None:
            raise Inconclusive(Reason.UNSUPPORTED, f"there is no probe for {question.code}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seen = probe(case, question)
    except Inconclusive as why:
        reason, message = _traced(case, why)
        return _verdict(case, Outcome.INCONCLUSIVE, reason, message, why.evidence, None, started)
    except MemoryError:
        return _verdict(case, Outcome.INCONCLUSIVE, Reason.MEMORY, "the memory ran out", {}, None, started)
    except Exception as error:
        reason, message = cause(error) or (Reason.CRASHED, f"the probe failed: {type(error).__name__}: {error}")
        return _verdict(case, Outcome.INCONCLUSIVE, reason, message, {}, None, started)
    reason = Reason.OBSERVED if seen.outcome is Outcome.CONFIRMED else Reason.NOT_OBSERVED
    verdict = _verdict(case, seen.outcome, reason, seen.message, dict(seen.evidence), seen.device, started)
    if seen.outcome is Outcome.CONFIRMED:
        by_hand = None if seen.evidence.get("stand_ins") else script(case, question)  # which nobody can write down
        return replace(verdict, repro=seen.repro or by_hand)
    return verdict


def _traced(case: Case, why: Inconclusive) -> tuple[Reason, str]:
    """The reason and the sentence; where the sandbox or the memory stood in the way, that is the reason."""
    attempt = case.__dict__.get("attempt")
    deeper = cause(why)
    if deeper is None and why.reason is Reason.NOT_CONSTRUCTED and attempt is not None:
        deeper = cause(attempt.error)
    if deeper is None and why.reason in (Reason.NO_INPUTS, Reason.FORWARD_FAILED):
        deeper = cause(latest())
    return (deeper[0], f"{why.message} ({deeper[1]})") if deeper is not None else (why.reason, why.message)


def _verdict(
    case: Case,
    outcome: Outcome,
    reason: Reason,
    message: str,
    evidence: dict[str, object],
    device: str | None,
    started: float,
) -> Verdict:
    attempt = case.__dict__.get("attempt")
    built = attempt.plan.describe() if attempt is not None and attempt.plan is not None and attempt.built else None
    return Verdict(
        outcome,
        reason,
        message,
        evidence,
        device or "cpu",
        round(time.monotonic() - started, 4),
        built,
        case.loaded.stubbed,
    )
