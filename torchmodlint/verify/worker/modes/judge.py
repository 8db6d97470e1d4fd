"""From what the runs have seen to one answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from torchmodlint.core.verdict import Outcome, Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.entries import Entry
from torchmodlint.verify.worker.modes.events import Assigned, Called, Tape
from torchmodlint.verify.worker.modes.rehearsal import Claim, Rehearsal, Sight, View
from torchmodlint.verify.worker.modes.rehearsal import Seen as Runs


class Open(Inconclusive):
    """What rehearsals leave open. `sights` are what they have seen in part."""

    sights: frozenset[Sight] = frozenset()

    def agreed(self, seen: Seen) -> Seen:
        """What another way of asking has seen, unless something here speaks against it: then raises this."""
        if (Sight.DENIED if seen.outcome is Outcome.CONFIRMED else Sight.SHOWN) in self.sights:
            raise self
        return seen


def rehearsed(case: Case, question: Question, claim: Claim) -> Seen:
    """The verdict on a claim about the code around the flagged line.

    Confirmed when every run that came into the situation has shown it, and of the way in that was looked at first all
    paths that differ in one decision were tried; refuted when every run has denied it and no path was left out. Raises
    Open for all else.
    """
    roots = case.loaded.importer.territory.roots if case.loaded.importer is not None else ()
    try:
        return _rehearsed(case, question, claim, ())
    except Open as why:
        if not roots[1:]:
            raise
        try:  # what the file imports may lie beside its own root: with that in sight there is more to go through
            return why.agreed(_rehearsed(case, question, claim, roots))
        except Open:
            raise why from None


def _rehearsed(case: Case, question: Question, claim: Claim, roots: tuple[str, ...]) -> Seen:
    every: list[View] = []
    try:
        return _judged(Rehearsal(case.loaded.job, question, roots), question, claim, every)
    except Inconclusive as why:
        left = Open(why.reason, why.message, **why.evidence)
        left.sights = frozenset(view.sight for view in every)
        raise left from why


def _judged(rehearsal: Rehearsal, question: Question, claim: Claim, every: list[View]) -> Seen:
    views: list[View] = []
    given: View | None = None  # what the function by itself leaves open, and its callers may settle
    whole, near = True, True
    ways: list[str] = []
    for found, seen, entry in _views(rehearsal, claim):
        every += found
        if all(view.sight is Sight.UNSURE for view in found):
            given = given or found[0]
            continue
        views += found
        whole, near = whole and seen.whole, near and (seen.near or bool(ways))
        ways.append(entry.name)
    if given is not None and (not views or any(view.sight is not Sight.SHOWN for view in views)):
        raise Inconclusive(Reason.UNSUPPORTED, given.told, **given.numbers)
    if not near:
        raise Inconclusive(Reason.UNSUPPORTED, "there are too many paths through the code to try them")
    return _decided(views, whole, question, {"paths": len(views), "entries": ways})


def _views(rehearsal: Rehearsal, claim: Claim) -> Iterator[tuple[list[View], Runs, Entry]]:
    """Each entry with what its runs have to say; where a loop's counters keep a run away, once more without them."""
    said: list[View] = []
    for entry in rehearsal.entries:
        if entry.before and said:
            continue
        for counted in (True, False):
            seen = rehearsal.through(entry, counted)
            found = [checked(claim(one.tape), one.failed) for one in seen.runs if not one.impossible] or [
                checked(claim(one.tape), one.failed) for one in seen.runs
            ]
            said = [view for view in found if view.sight is not Sight.ABSENT]
            if said:
                yield said, seen, entry
                break


def checked(view: View, failed: str | None) -> View:
    """The view of a run; what one that broke off has not seen it cannot deny, nor that nothing followed."""
    if failed is None or view.sight in (Sight.ABSENT, Sight.UNSURE) or view.final:
        return view
    return View(Sight.UNSURE, f"the run stopped short ({failed})")


def _decided(views: list[View], whole: bool, question: Question, evidence: dict[str, Any]) -> Seen:
    sights = {view.sight for view in views}
    if not views:
        raise Inconclusive(
            Reason.UNREACHED_LINE, f"no rehearsal came to line {question.line} in the situation that is claimed"
        )
    unsure = next((view for view in views if view.sight is Sight.UNSURE), None)
    if unsure is not None:
        raise Inconclusive(Reason.UNSUPPORTED, unsure.told, **unsure.numbers, **evidence)
    first = views[0]
    if sights == {Sight.SHOWN}:
        return confirmed(first.told, **first.numbers, **evidence)
    if sights == {Sight.DENIED} and whole:
        return refuted(first.told, **first.numbers, **evidence)
    shown = sum(view.sight is Sight.SHOWN for view in views)
    told = f"{shown} of {len(views)} paths through the code show it, the others do not"
    raise Inconclusive(Reason.UNSUPPORTED, told if shown else "too many paths to deny it", **evidence)


def flagged(tape: Tape, file: str, question: Question) -> list[Called]:
    """The calls of modules at the flagged place: those that stand there, or else those that happen in what does."""
    exact = [one for one in tape.calls if one.places and one.places[-1].flagged(file, question)]
    return exact or [one for one in tape.calls if one.under(file, question) and not one.inner]


def lines(calls: Iterable[Called]) -> list[int]:
    """The lines on which the calls stand."""
    return sorted({one.places[-1].line for one in calls if one.places})


def assigned(tape: Tape, file: str, question: Question, name: str) -> list[Assigned]:
    """The assignments of an attribute of that name by the flagged statement."""
    lines = range(question.line, question.end_line + 1)
    return [one for one in tape.assignments if one.name == name and one.file == file and one.line in lines]
