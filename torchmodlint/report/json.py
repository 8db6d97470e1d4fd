"""The JSON contract: one object with findings, errors and a summary. Fields are added, never renamed or removed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from torchmodlint import __version__
from torchmodlint.core.finding import Finding
from torchmodlint.core.result import Result
from torchmodlint.report.base import Style

if TYPE_CHECKING:
    from torchmodlint.core.verdict import Verdict


class JsonReporter:
    """For programs."""

    def render(self, result: Result, style: Style) -> str:
        """The object, indented; ASCII only, so that no terminal encoding and no odd file name can spoil it."""
        verification = result.verification
        document: dict[str, Any] = {
            "tool": "torchmodlint",
            "version": __version__,
            "findings": [_finding(finding) for finding in result.listed],
            "errors": [
                {"path": problem.path, "message": problem.message, "line": problem.line} for problem in result.problems
            ],
            "summary": {
                "files": result.files,
                "findings": len(result.findings),
                "fixable": 0,
                "confirmed": verification.confirmed if verification else 0,
                "refuted": verification.refuted if verification else 0,
                "inconclusive": verification.inconclusive if verification else 0,
                "suppressed": result.suppressed,
                "baselined": 0,
            },
        }
        if verification is not None:
            document["verifier"] = {
                "python": verification.python,
                "executable": verification.executable,
                "torch": verification.torch,
                "device": verification.device or None,
                "layers": list(verification.layers),
                "cached": verification.cached,
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
        "verdict": None if finding.verdict is None else _verdict(finding.verdict),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "device": verdict.device,
        "reason": verdict.reason.value,
        "evidence": _strict(verdict.evidence),
        "seconds": verdict.seconds,
        "message": verdict.message,
        "built": verdict.built,
        "stubbed": list(verdict.stubbed),
        "repro": verdict.repro,
    }


def _strict(value: object) -> object:
    """What strict JSON can say: a tensor's numbers may be "nan" and "inf", for which it has no word."""
    if isinstance(value, Mapping):
        return {str(key): _strict(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strict(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
