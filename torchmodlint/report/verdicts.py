"""What the verifier saw, in words: shared by the formats for people."""

from __future__ import annotations

from collections.abc import Iterator

from torchmodlint.core.finding import Finding
from torchmodlint.core.result import Result, Verification
from torchmodlint.core.verdict import Outcome, Verdict
from torchmodlint.report.paint import printable


def headline(verdict: Verdict) -> str:
    """ "confirmed on meta: …", or "inconclusive (timeout): …"."""
    if verdict.outcome is Outcome.INCONCLUSIVE:
        return f"inconclusive ({verdict.reason}): {printable(verdict.message)}"
    return f"{verdict.outcome} on {printable(verdict.device)}: {printable(verdict.message)}"


def notes(verdict: Verdict) -> Iterator[str]:
    """What a reader needs to judge the headline: how the object was made, and without which libraries."""
    if verdict.built is not None:
        yield f"built: {printable(verdict.built)}"
    if verdict.stubbed:
        yield f"not installed, stood in for: {printable(', '.join(verdict.stubbed))}"


def mark(verdict: Verdict) -> str:
    """The verdict in a word or two, for one line a finding."""
    if verdict.outcome is Outcome.INCONCLUSIVE:
        return f"[inconclusive: {verdict.reason}]"
    return f"[{verdict.outcome}]"


def tally(verification: Verification) -> str:
    """ "4 confirmed, 1 refuted, 2 inconclusive"."""
    counts = {
        Outcome.CONFIRMED: verification.confirmed,
        Outcome.REFUTED: verification.refuted,
        Outcome.INCONCLUSIVE: verification.inconclusive,
    }
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)


def circumstances(verification: Verification, done: str = "Verified") -> str:
    """One line: whose torch it was, on which device, and how the code was kept apart."""
    line = f"{done} with torch {verification.torch} and Python {verification.python}"
    asked = verification.confirmed + verification.refuted + verification.inconclusive
    if not verification.device:
        return f"{line}; no code was run, all verdicts are from the cache."
    line += f" on {verification.device}; isolation: {', '.join(verification.layers) or 'none'}"
    return f"{line}; {verification.cached} of {asked} verdicts from the cache." if verification.cached else f"{line}."


def scripts(result: Result) -> Iterator[str]:
    """For each confirmed finding the script that shows it, ready to be copied; an empty line precedes each."""
    for finding in result.listed:
        verdict = finding.verdict
        if verdict is not None and verdict.outcome is Outcome.CONFIRMED and verdict.repro:
            lines = (printable(line) for line in verdict.repro.strip("\n").split("\n"))
            yield "".join(line + "\n" for line in ("", _title(finding), *lines))


def _title(finding: Finding) -> str:
    return f"# {printable(finding.path)}:{finding.line} {finding.code} ({finding.name})"
