"""For people: each finding with the line it is about, and a sum at the end. Plain ASCII apart from the code quoted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchmodlint.core.finding import Finding
from torchmodlint.core.result import Result
from torchmodlint.report.base import Style
from torchmodlint.report.paint import Paint, printable, width

if TYPE_CHECKING:
    from torchmodlint.core.verdict import Verdict


class TextReporter:
    """The default format."""

    def render(self, result: Result, style: Style) -> str:
        """Findings, each with its excerpt if the style shows source, and its verdict; then the summary line."""
        paint = Paint(style.color)
        parts: list[str] = []
        for finding in result.listed:
            place = f"{paint.bold(printable(finding.path))}:{finding.line}:{finding.column}"
            code = paint.code(finding.code, finding.severity)
            parts.append(f"{place}: {code} {printable(finding.message)}\n")
            line = result.excerpts.get((finding.path, finding.line))
            quoted = style.show_source and line is not None
            if style.show_source and line is not None:
                parts += _excerpt(finding, line, paint)
            if finding.verdict is not None:
                parts += _verdict(finding.verdict, len(str(finding.line)) + 1 if quoted else 2, paint)
            if quoted:
                parts.append("\n")
        if style.repro:
            parts += _scripts(result, parted=not parts or parts[-1] == "\n")
        if style.summary:
            parts += (line + "\n" for line in _summary(result))
        return "".join(parts)


def _excerpt(finding: Finding, line: str, paint: Paint) -> Iterator[str]:
    """The first line of the finding, with its part of it underlined."""
    span = finding.span
    text = line.rstrip()
    end = span.end_column - 1 if span.end_line == span.line else len(text)
    before, marked = printable(text[: span.column - 1]), printable(text[span.column - 1 : end])
    number = str(span.line)
    gutter = paint.dim(" " * len(number) + " |")
    carets = paint.code("^" * max(width(marked), 1), finding.severity)
    yield f"{gutter}\n"
    yield f"{paint.dim(number + ' |')} {printable(text)}\n"
    yield f"{gutter} {' ' * width(before)}{carets}\n"


def _verdict(verdict: Verdict, indent: int, paint: Paint) -> Iterator[str]:
    """What the verifier saw, below the finding."""
    from torchmodlint.report.verdicts import headline, notes

    first, colon, rest = headline(verdict).partition(":")
    yield f"{' ' * indent}{paint.dim('=')} {paint.outcome(first, verdict.outcome.value)}{colon}{rest}\n"
    for note in notes(verdict):
        yield f"{' ' * indent}  {paint.dim(note)}\n"


def _scripts(result: Result, *, parted: bool) -> Iterator[str]:
    """The scripts, each with an empty line before and behind it; `parted` says that there is one already."""
    from torchmodlint.report.verdicts import scripts

    shown = "".join(scripts(result))
    if shown:
        yield f"{shown[1:] if parted else shown}\n"


def _summary(result: Result) -> Iterator[str]:
    """How much was found in how much, and what was silenced or failed; after a verification, how that was done."""
    yield _found(result)
    if result.verification is not None:
        from torchmodlint.report.verdicts import circumstances

        yield circumstances(result.verification)


def _found(result: Result) -> str:
    found = len(result.findings)
    beside: list[str] = []
    if result.verification is not None:
        from torchmodlint.report.verdicts import tally

        beside.append(tally(result.verification))
    beside += [f"{result.suppressed} suppressed"] * bool(result.suppressed)
    beside += [_count(len(result.problems), "error")] * bool(result.problems)
    if found:
        holders = len({finding.path for finding in result.findings})
        text = f"Found {_count(found, 'finding')} in {holders} of {_count(result.files, 'file')}"
    else:
        text = f"No findings in {_count(result.files, 'file')}"
    return f"{text} ({', '.join(beside)})." if beside else f"{text}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
