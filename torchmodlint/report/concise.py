"""One line a finding, for editors, grep and diff: "path:line:column: CODE message"."""

from __future__ import annotations

from collections.abc import Iterator

from torchmodlint.core.finding import Finding
from torchmodlint.core.result import Result
from torchmodlint.report.base import Style
from torchmodlint.report.paint import Paint, printable


class ConciseReporter:
    """The lines that flake8 would print; after a verification each ends in a mark such as "[confirmed]"."""

    def render(self, result: Result, style: Style) -> str:
        """One line a finding, and below them the scripts if the style wants them."""
        paint = Paint(style.color)
        lines = [
            f"{paint.bold(printable(finding.path))}:{finding.line}:{finding.column}: "
            f"{paint.code(finding.code, finding.severity)} {printable(finding.message)}{_mark(finding, paint)}\n"
            for finding in result.listed
        ]
        return "".join([*lines, *_scripts(result, style)])


def _mark(finding: Finding, paint: Paint) -> str:
    if finding.verdict is None:
        return ""
    from torchmodlint.report.verdicts import mark

    return f" {paint.outcome(mark(finding.verdict), finding.verdict.outcome.value)}"


def _scripts(result: Result, style: Style) -> Iterator[str]:
    if style.repro:
        from torchmodlint.report.verdicts import scripts

        yield from scripts(result)
