"""Scores as text for people and as JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.evaluation.scoring import total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.evaluation.labels import Label, Place
    from tests.evaluation.scoring import Score

HEADINGS = ("code", "TP", "FP", "misses", "quiet", "debatable", "unlabelled", "precision", "recall")


def as_text(scores: Mapping[str, Score], messages: Mapping[Place, str], *, show_unlabelled: bool) -> str:
    """A table of all codes with a line for their sum; then misses, false alarms and debatable hits, each with its why.

    `messages` holds what the linter said at each place; with `show_unlabelled` the findings nobody has judged follow.
    """
    rows = [HEADINGS, *(_row(code, each) for code, each in scores.items()), _row("all", total(dict(scores)))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    for code, each in scores.items():
        lines += _section(f"{code} misses", map(_judged, each.misses))
        lines += _section(f"{code} false alarms", map(_judged, each.false_alarms))
        lines += _section(f"{code} debatable hits", map(_judged, each.debatable_hits))
        if show_unlabelled:
            unread = (f"{_at(place)}  {messages[place]}" for place in each.unlabelled)
            lines += _section(f"{code} not labelled", unread)
    return "\n".join(lines)


def as_markdown(scores: Mapping[str, Score]) -> str:
    """The table alone, for a page of the documentation; codes that no label speaks of are left out."""
    shown = {code: each for code, each in scores.items() if each.hits or each.misses or each.false_alarms or each.quiet}
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(_row(code, each) for code, each in shown.items())]
    rows.append(_row("all", total(dict(scores))))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def as_data(scores: Mapping[str, Score], messages: Mapping[Place, str], problems: Iterable[str]) -> dict[str, Any]:
    """The same as plain data, ready for `json.dumps`."""
    codes = {code: _numbers(each) | _lists(each, messages) for code, each in scores.items()}
    return {"codes": codes, "all": _numbers(total(dict(scores))), "problems": list(problems)}


def _row(code: str, score: Score) -> tuple[str, ...]:
    return (
        code,
        str(len(score.hits)),
        str(len(score.false_alarms)),
        str(len(score.misses)),
        str(score.quiet),
        f"{len(score.debatable_hits)}/{score.debatable}",
        str(len(score.unlabelled)),
        _share(score.precision),
        _share(score.recall),
    )


def _numbers(score: Score) -> dict[str, Any]:
    return {
        "true_positives": len(score.hits),
        "false_positives": len(score.false_alarms),
        "misses": len(score.misses),
        "true_negatives": score.quiet,
        "debatable": score.debatable,
        "debatable_hits": len(score.debatable_hits),
        "unlabelled": len(score.unlabelled),
        "precision": score.precision,
        "recall": score.recall,
    }


def _lists(score: Score, messages: Mapping[Place, str]) -> dict[str, Any]:
    return {
        "missed": [{"at": _at(label.place), "why": label.why} for label in score.misses],
        "false_alarms": [{"at": _at(label.place), "why": label.why} for label in score.false_alarms],
        "not_labelled": [{"at": _at(place), "message": messages[place]} for place in score.unlabelled],
    }


def _section(title: str, lines: Iterable[str]) -> list[str]:
    listed = [f"  {line}" for line in lines]
    return ["", f"{title} ({len(listed)})", *listed] if listed else []


def _judged(label: Label) -> str:
    return f"{_at(label.place)}  {label.why}"


def _at(place: Place) -> str:
    return f"{place.folder}/{place.path}:{place.line}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
