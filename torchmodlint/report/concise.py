"""One line a finding, for editors, grep and diff: "path:line:column: CODE message"."""

from __future__ import annotations

from torchmodlint.core.result import Result
from torchmodlint.report.base import Style
from torchmodlint.report.paint import Paint, printable


class ConciseReporter:
    """The lines that flake8 would print."""

    def render(self, result: Result, style: Style) -> str:
        """One line a finding and nothing else."""
        paint = Paint(style.color)
        return "".join(
            f"{paint.bold(printable(finding.path))}:{finding.line}:{finding.column}: "
            f"{paint.code(finding.code, finding.severity)} {printable(finding.message)}\n"
            for finding in result.findings
        )
