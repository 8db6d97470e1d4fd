"""For people: each finding with the line it is about, and a sum at the end. Plain ASCII apart from the code quoted."""

from __future__ import annotations

from collections.abc import Iterator

from torchmodlint.core.finding import Finding
from torchmodlint.core.result import Result
from torchmodlint.report.base import Style
from torchmodlint.report.paint import Paint, printable, width


class TextReporter:
    """The default format."""

    def render(self, result: Result, style: Style) -> str:
        """Findings, each with its excerpt if the style shows source, then the summary line."""
        paint = Paint(style.color)
        parts: list[str] = []
        for finding in result.findings:
            place = f"{paint.bold(printable(finding.path))}:{finding.line}:{finding.column}"
            code = paint.code(finding.code, finding.severity)
            parts.append(f"{place}: {code} {printable(finding.message)}\n")
            line = result.excerpts.get((finding.path, finding.line))
            if style.show_source and line is not None:
                parts += _excerpt(finding, line, paint)
        if style.summary:
            parts.append(_summary(result) + "\n")
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
    yield "\n"


def _summary(result: Result) -> str:
    """One line: how much was found in how much, and what was silenced or failed."""
    found = len(result.findings)
    beside = [f"{result.suppressed} suppressed"] * bool(result.suppressed)
    beside += [_count(len(result.problems), "error")] * bool(result.problems)
    if found:
        holders = len({finding.path for finding in result.findings})
        text = f"Found {_count(found, 'finding')} in {holders} of {_count(result.files, 'file')}"
    else:
        text = f"No findings in {_count(result.files, 'file')}"
    return f"{text} ({', '.join(beside)})." if beside else f"{text}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
