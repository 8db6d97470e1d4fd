"""A claim about the code around a line: asked of rehearsals, and where they leave it open of the function itself."""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import product
from typing import Any

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.called.arguments import Arguments
from torchmodlint.verify.worker.called.batches import World, worlds
from torchmodlint.verify.worker.called.branches import Ways
from torchmodlint.verify.worker.called.eager import without_compiler
from torchmodlint.verify.worker.called.function import Found, find
from torchmodlint.verify.worker.called.stubs import Untrusted, refused_stubs
from torchmodlint.verify.worker.called.watching import Watch
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.entries import module_names
from torchmodlint.verify.worker.modes.judge import Open, checked, rehearsed
from torchmodlint.verify.worker.modes.rehearsal import Claim, Sight, View
from torchmodlint.verify.worker.synth.build import same_start
from torchmodlint.verify.worker.synth.clock import TookTooLong, limited

SWITCHES = 2  # parameters that are tried both ways
SHARE = 0.2  # of the time for one finding, for all runs together


def asked(case: Case, question: Question, claim: Claim) -> Seen:
    """The verdict on a claim. A rehearsal is asked first; what it leaves open the called function may settle, but not
    against what the rehearsal has seen in part. Raises Inconclusive with the rehearsal's reason where neither can."""
    try:
        return rehearsed(case, question, claim)
    except Open as why:
        try:
            return why.agreed(called(case, question, claim))
        except Inconclusive:
            raise why from None


def called(case: Case, question: Question, claim: Claim) -> Seen:
    """Call the function that holds the line, with a recording module for each of its models, once in training mode
    and once in eval mode; global modules are put in these, too. Raises Inconclusive unless all calls that came to the
    line have seen the same."""
    found = find(case, question)
    models = module_names(case.loaded.tree, case.loaded.job.text.split("\n"), question)
    arguments = Arguments(found, models, case.loaded.namespace)
    switches = arguments.switches[:SWITCHES]
    ways = Ways(found.owns)
    views: list[View] = []
    gc.freeze()  # collections during the runs need not look at all of torch
    with without_compiler(), limited(SHARE * case.options.timeout):
        try:
            for world in worlds(found.example):
                views = []
                for training in (True, False):
                    for values in product((False, True), repeat=len(switches)):
                        switched = dict(zip(switches, values, strict=True))
                        once = _Once(case, question, found, arguments, ways)
                        views.append(once.run(world, training, switched, claim))
                if all(one.sight in (Sight.SHOWN, Sight.DENIED) for one in views):
                    break
        except TookTooLong:
            raise Inconclusive(Reason.TIMEOUT, "the function runs too long") from None
        finally:
            gc.unfreeze()
    _require_settled(found, ways, question, frozenset(switches))
    return _decided(views, found, question)


class _Once:
    """One call."""

    def __init__(self, case: Case, question: Question, found: Found, arguments: Arguments, ways: Ways) -> None:
        self.case, self.question, self.found, self.arguments, self.ways = case, question, found, arguments, ways

    def run(self, world: World, training: bool, switched: dict[str, bool], claim: Claim) -> View:
        given, named = self.arguments.make(world, self.found.outputs, switched)
        function = self.found.bound()
        kept: list[Any] = [given, named, function]
        own = getattr(function, "__self__", None)
        there = [*given, *named.values(), own, *self.case.loaded.namespace.values()]
        started = [part.train(training) for one in there if isinstance(one, nn.Module) for part in one.modules()]
        watch = Watch(self.case.loaded.job, self.question, self.found.setting, started)
        failed = None
        with same_start(), watch.on(), refused_stubs(), self.ways.watched():
            try:
                kept.append(self._finished(function, given, named))
            except Untrusted as error:
                return View(Sight.UNSURE, str(error))
            except (Exception, SystemExit) as error:
                failed = f"{type(error).__name__}: {error}"[:160]
        watch.mark_kept(f"`{self.found.name}` returns or keeps it")
        del kept
        return checked(claim(watch.tape), failed)

    @staticmethod
    def _finished(function: Callable[..., Any], given: list[Any], named: dict[str, Any]) -> Any:
        result = function(*given, **named)
        return list(result) if hasattr(result, "__next__") else result


def _require_settled(found: Found, ways: Ways, question: Question, tried: frozenset[str]) -> None:
    """Raise where the calls went one of several ways because of what they were given."""
    for path, tree in found.trees(ways.entered):
        line = question.line if path == found.path else 0
        left = ways.left_open(path, tree, line, tried)
        if left is not None:
            raise Inconclusive(Reason.SYNTHETIC_VALUE, left)


def _decided(views: list[View], found: Found, question: Question) -> Seen:
    half = len(views) // 2
    came = [one for one in views if one.sight is not Sight.ABSENT]
    started = [any(one.sight is not Sight.ABSENT for one in part) for part in (views[:half], views[half:])]
    if not all(started):
        raise Inconclusive(Reason.UNREACHED_LINE, f"line {question.line} did not run in a call of `{found.name}`")
    sights = {one.sight for one in came}
    if len(sights) > 1 or Sight.UNSURE in sights:
        unsure = next((one.told for one in came if one.sight is Sight.UNSURE), "the calls do not agree")
        raise Inconclusive(Reason.UNSUPPORTED, unsure)
    first = came[0]
    answer = confirmed if first.sight is Sight.SHOWN else refuted
    return answer(first.told, **first.numbers, calls_of=found.name, started=["training", "eval"], runs=len(came))
