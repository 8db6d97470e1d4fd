"""What one file gives, and how that is written into a cache and read from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from torchmodlint.core.finding import Finding, Problem, Related, Severity, Span, Subject


class Linted(NamedTuple):
    """One file's share of a run. `excerpts` holds the source line on which each finding starts."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    suppressed: int = 0
    excerpts: Mapping[int, str] = {}


NOTHING = Linted()


def lasts(linted: Linted) -> bool:
    """Would it come out again? What has no place in the file is no fault of the text: memory, or a bug of ours."""
    return all(problem.line is not None for problem in linted.problems)


def packed(linted: Linted) -> list[Any]:
    """Lists, texts and numbers, without the path by which the file was called; [] for nothing at all."""
    findings = [
        [
            *(one.span.line, one.span.column, one.span.end_line, one.span.end_column),
            *(one.code, one.name, one.severity.value, one.message),
            *(one.subject.owner, one.subject.attribute, one.subject.function),
            [[other.line, other.column, other.message] for other in one.related],
        ]
        for one in linted.findings
    ]
    problems = [[one.line, one.message] for one in linted.problems]
    excerpts = [[line, text] for line, text in linted.excerpts.items()]
    parts = [linted.suppressed, findings, problems, excerpts]
    return parts if any(parts) else []


def unpacked(parts: object, path: str) -> Linted:
    """The opposite, for a file that is called `path` this time. Raises ValueError for what cannot have been packed."""
    if not parts:
        return NOTHING
    suppressed, findings, problems, excerpts = _items(parts, 4)
    return Linted(
        findings=tuple(_finding(one, path) for one in _items(findings)),
        problems=tuple(_problem(one, path) for one in _items(problems)),
        suppressed=_number(suppressed),
        excerpts={_number(line): _text(text) for line, text in (_items(one, 2) for one in _items(excerpts))},
    )


def _finding(parts: object, path: str) -> Finding:
    line, column, end_line, end_column, code, name, severity, message, owner, attribute, function, related = _items(
        parts, 12
    )
    return Finding(
        path,
        Span(_number(line), _number(column), _number(end_line), _number(end_column)),
        _shown(code),
        _shown(name),
        Severity(severity),
        _shown(message),
        Subject(*(None if one is None else _shown(one) for one in (owner, attribute, function))),
        related=tuple(_related(one) for one in _items(related)),
    )


def _related(parts: object) -> Related:
    line, column, message = _items(parts, 3)
    return Related(_number(line), _number(column), _shown(message))


def _problem(parts: object, path: str) -> Problem:
    line, message = _items(parts, 2)
    return Problem(path, _shown(message), _number(line))


def _items(value: object, count: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (count is not None and len(value) != count):
        raise ValueError("not such a list")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("no number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _shown(value: object) -> str:
    """A text that is told as it is: what could steer a terminal was not written by a rule."""
    if not _text(value).isprintable():
        raise ValueError("not printable")
    return _text(value)
