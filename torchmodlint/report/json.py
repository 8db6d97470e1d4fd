"""The JSON contract: one object with findings, errors and a summary. Fields are added, never renamed or removed."""

from __future__ import annotations

import json
from typing import Any

from torchmodlint import __version__
from torchmodlint.core.finding import Finding
from torchmodlint.core.result import Result
from torchmodlint.report.base import Style


class JsonReporter:
    """For programs."""

    def render(self, result: Result, style: Style) -> str:
        """The object, indented; ASCII only, so that no terminal encoding and no odd file name can spoil it."""
        document = {
            "tool": "torchmodlint",
            "version": __version__,
            "findings": [_finding(finding) for finding in result.findings],
            "errors": [
                {"path": problem.path, "message": problem.message, "line": problem.line} for problem in result.problems
            ],
            "summary": {
                "files": result.files,
                "findings": len(result.findings),
                "fixable": 0,
                "confirmed": 0,
                "refuted": 0,
                "inconclusive": 0,
                "suppressed": result.suppressed,
                "baselined": 0,
            },
        }
        return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    subject = finding.subject
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "path": finding.path,
        "line": finding.span.line,
        "column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "cell": finding.cell,
        "subject": {"class": subject.owner, "attribute": subject.attribute, "function": subject.function},
        "related": [{"line": one.line, "column": one.column, "message": one.message} for one in finding.related],
        "fix": None,
        "verdict": None,
    }
