"""What a run found, in the form that reporters are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from torchmodlint.core import exits
from torchmodlint.core.finding import Finding, Problem


class Verification(NamedTuple):
    """What the verifier did in a run: its counts, and the circumstances under which they were found.

    `device` is that of the objects built, `layers` are the kinds of isolation that were in force. When every verdict
    was remembered from an earlier run (`cached` of them were), nothing was run: `device` and `layers` are empty.
    """

    confirmed: int
    refuted: int
    inconclusive: int
    python: str  # the version of the interpreter that was asked
    executable: str
    torch: str
    device: str = ""
    layers: tuple[str, ...] = ()
    cached: int = 0


@dataclass(frozen=True)
class Result:
    """Sorted findings and problems. `excerpts` holds the source line each finding starts on, by (path, line).

    After a verification `findings` are those that are left, and `acquitted` the refuted ones, when they are to be
    shown; they never count. `remembered` is the number of files whose result is that of an earlier run.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: int = 0
    suppressed: int = 0
    excerpts: Mapping[tuple[str, int], str] = field(default_factory=dict)
    acquitted: tuple[Finding, ...] = ()
    verification: Verification | None = None
    remembered: int = field(default=0, compare=False)

    @property
    def listed(self) -> tuple[Finding, ...]:
        """All findings that are to be shown, sorted."""
        return tuple(sorted((*self.findings, *self.acquitted))) if self.acquitted else self.findings

    def exit_code(self, *, exit_zero: bool = False) -> int:
        """0, 1 or 2. What could not be checked outweighs what was found; `exit_zero` forgives findings only."""
        if self.problems:
            return exits.FAILED
        return exits.FINDINGS if self.findings and not exit_zero else exits.CLEAN


def problem_key(problem: Problem) -> tuple[str, int, str]:
    """The order of problems: those of no file first, then by path and line."""
    return (problem.path or "", problem.line or 0, problem.message)


def describe(problem: Problem) -> str:
    """One line of text: "pkg/net.py:3: the message"."""
    place = ":".join(str(part) for part in (problem.path, problem.line) if part is not None)
    return f"{place}: {problem.message}" if place else problem.message
