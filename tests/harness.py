"""Shared by the tests of rules: code in, `(line, code)` pairs out, and the pairs that its comments expect."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

from torchmodlint.analysis.project import Project
from torchmodlint.engine.lint import lint
from torchmodlint.engine.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from torchmodlint.core.finding import Finding
    from torchmodlint.rules.base import Rule

EXPECTATION = re.compile(r"#\s*(TML\d.*)$")
CODES = re.compile(r"TML\d{3}(?:\s+TML\d{3})*")


def rules_with(*codes: str) -> tuple[type[Rule], ...]:
    """The rules that are on by default, and those of `codes`."""
    return tuple(rule for rule in all_rules() if rule.default or rule.code in codes)


def expected(source: bytes) -> list[tuple[int, str]]:
    """The `(line, code)` pairs that comments such as `# TML113` or `# TML113 TML111` at the ends of lines ask for.

    Read line by line and not by tokens, because a case may use syntax newer than the Python that runs the tests.
    Raises ValueError for a comment that starts with a code and goes on in words: it would expect nothing, unseen.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    pairs = []
    for number, line in enumerate(source.decode(encoding).split("\n"), start=1):
        found = EXPECTATION.search(line.rstrip())
        if found is None:
            continue
        if CODES.fullmatch(found.group(1)) is None:
            message = f"line {number}: an expectation holds codes and nothing else, not {found.group(1)!r}"
            raise ValueError(message)
        pairs += [(number, code) for code in found.group(1).split()]
    return sorted(pairs)


def findings_in(
    source: str | bytes, rules: Iterable[type[Rule]], file: Path, project: Project | None = None
) -> tuple[Finding, ...]:
    """The findings in `source`, taken to be the content of `file`; asserts that everything could be checked."""
    data = source.encode() if isinstance(source, str) else source
    linted = lint(file, file.name, data, tuple(rules), project or Project(file.parent))
    assert linted.problems == ()
    return linted.findings


def pairs(findings: Iterable[Finding]) -> list[tuple[int, str]]:
    """The findings as sorted `(line, code)` pairs, ready to be compared with `expected`."""
    return sorted((finding.line, finding.code) for finding in findings)
