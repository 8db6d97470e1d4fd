"""What a reporter is, and how it should write."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple, Protocol

from torchmodlint.core.result import Result


class Style(NamedTuple):
    """How a reporter for people writes. Machine formats take no notice."""

    color: bool = False
    show_source: bool = True
    summary: bool = True
    repro: bool = False  # a script for each confirmed finding


class Reporter(Protocol):
    """One output format."""

    def render(self, result: Result, style: Style) -> str:
        """The whole output, ending in a line end unless it is empty."""


def statistics(result: Result) -> str:
    """A table of how often each code was found, the most frequent first."""
    counts = Counter((finding.code, finding.name) for finding in result.findings)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return "".join(f"{count:>6}  {code}  {name}\n" for (code, name), count in rows)
