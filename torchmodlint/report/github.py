"""Workflow commands, which GitHub Actions shows as annotations on the changed lines."""

from __future__ import annotations

from torchmodlint.core.finding import Finding, Problem, Severity
from torchmodlint.core.result import Result
from torchmodlint.report.base import Style

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


class GithubReporter:
    """One command a finding, and one a problem."""

    def render(self, result: Result, style: Style) -> str:
        """The commands, a line each."""
        lines = [_of_problem(problem) for problem in result.problems] + [_of_finding(one) for one in result.listed]
        return "".join(line + "\n" for line in lines)


def _of_finding(finding: Finding) -> str:
    span = finding.span
    properties: dict[str, object] = {
        "title": f"torchmodlint {finding.code} ({finding.name})",
        "file": finding.path,
        "line": span.line,
        "endLine": span.end_line,
    }
    if span.line == span.end_line:  # GitHub refuses columns for a range of lines
        properties |= {"col": span.column, "endColumn": span.end_column}
    place = f"{finding.path}:{span.line}:{span.column}: "  # the log shows the message only
    command, message = _COMMANDS[finding.severity], f"{place}{finding.code} {finding.message}"
    if finding.verdict is not None:
        from torchmodlint.report.verdicts import headline, notes

        message = "\n".join([message, headline(finding.verdict), *notes(finding.verdict)])
        if finding.verdict.outcome.value == "refuted":
            command = "notice"
    return _command(command, properties, message)


def _of_problem(problem: Problem) -> str:
    properties = {"title": "torchmodlint", "file": problem.path, "line": problem.line}
    return _command("error", {key: value for key, value in properties.items() if value is not None}, problem.message)


def _command(name: str, properties: dict[str, object], message: str) -> str:
    written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
