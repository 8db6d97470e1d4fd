"""A finding: one place where the code does not do what its author believes.

Findings are *findings* and not violations, because a verifier may acquit one. The field names are those of the
JSON output; `torchmodlint.report.json` writes them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # a run without the verifier has no use for it
    from torchmodlint.core.verdict import Verdict


class Severity(str, Enum):
    """How bad it is when the finding is true, not how sure we are: an unsure rule stays quiet."""

    ERROR = "error"  # the result is wrong, or the program stops
    WARNING = "warning"  # right today, wrong as soon as the module is moved, saved or nested
    INFO = "info"

    def __str__(self) -> str:
        return self.value


class Span(NamedTuple):
    """A range of text. Lines and columns are 1-based, columns count characters; the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Subject:
    """What a finding is about, in words that a verifier can look up on the live object."""

    owner: str | None = None  # dotted name of the class, "pkg.net.Net"; `class` in JSON
    attribute: str | None = None
    function: str | None = None


class Related(NamedTuple):
    """Another place in the same file that a finding rests on; line and column as in `Span`."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Finding:
    """One finding. Sorts by (path, line, column, code); `path` is relative to the working directory, with `/`.

    `related` are the places that prove it, in the order in which they happen. `verdict` is what the verifier saw of it,
    None when it was not asked.
    """

    path: str
    span: Span
    code: str
    name: str
    severity: Severity
    message: str
    subject: Subject = Subject()
    cell: int | None = None
    related: tuple[Related, ...] = ()
    verdict: Verdict | None = None

    @property
    def line(self) -> int:
        return self.span.line

    @property
    def column(self) -> int:
        return self.span.column

    def sort_key(self) -> tuple[str, int, int, str, str]:
        return (self.path, self.span.line, self.span.column, self.code, self.message)

    def __lt__(self, other: Finding) -> bool:
        return self.sort_key() < other.sort_key()


class Problem(NamedTuple):
    """Something that could not be checked: it makes the exit code 2, and everything else is still reported."""

    path: str | None
    message: str
    line: int | None = None
