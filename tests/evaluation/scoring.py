"""Findings held against labels: per code, what was found, missed and found wrongly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.evaluation.labels import Judgement, Label, Place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


@dataclass
class Score:
    """One code's result. The labels themselves are kept, so that a report can show why each was judged so."""

    hits: list[Label] = field(default_factory=list)
    misses: list[Label] = field(default_factory=list)
    false_alarms: list[Label] = field(default_factory=list)
    quiet: int = 0  # places labelled false where nothing was found, as it should be
    debatable_hits: list[Label] = field(default_factory=list)
    debatable: int = 0
    unlabelled: list[Place] = field(default_factory=list)  # findings that say nothing until somebody reads them

    @property
    def precision(self) -> float | None:
        """Share of true places among the judged places that were found; None when none was found."""
        found = len(self.hits) + len(self.false_alarms)
        return len(self.hits) / found if found else None

    @property
    def recall(self) -> float | None:
        """Share of the true places that were found; None when no place is labelled true."""
        true = len(self.hits) + len(self.misses)
        return len(self.hits) / true if true else None


def score(labels: Iterable[Label], found: Collection[Place], codes: Collection[str]) -> dict[str, Score]:
    """The score of each of `codes`, sorted by code. A place that hits several labels counts for each of them."""
    places = set(found)
    scores = {code: Score() for code in sorted(codes)}
    explained: set[Place] = set()
    for label in labels:
        if label.place.code not in scores:
            continue
        matched = places.intersection(label.places())
        explained |= matched
        _count(scores[label.place.code], label, hit=bool(matched))
    for place in sorted(places - explained, key=lambda place: (place.folder, place.path, place.line)):
        if place.code in scores:
            scores[place.code].unlabelled.append(place)
    return scores


def total(scores: dict[str, Score]) -> Score:
    """All codes as one."""
    whole = Score()
    for each in scores.values():
        whole.hits += each.hits
        whole.misses += each.misses
        whole.false_alarms += each.false_alarms
        whole.quiet += each.quiet
        whole.debatable_hits += each.debatable_hits
        whole.debatable += each.debatable
        whole.unlabelled += each.unlabelled
    return whole


def _count(into: Score, label: Label, *, hit: bool) -> None:
    if label.judgement is Judgement.TRUE:
        (into.hits if hit else into.misses).append(label)
    elif label.judgement is Judgement.DEBATABLE:
        into.debatable += 1
        if hit:
            into.debatable_hits.append(label)
    elif hit:
        into.false_alarms.append(label)
    else:
        into.quiet += 1
