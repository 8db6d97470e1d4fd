"""A verdict: what another process saw when it asked the live object about a finding.

Confirmed and refuted each rest on something seen; whatever merely went wrong is inconclusive, with a reason of a
closed set. Both sides of the wall use this file, so it needs nothing but the standard library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Outcome(str, Enum):
    """What was seen of the pitfall."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"

    def __str__(self) -> str:
        return self.value


class Reason(str, Enum):
    """Why the outcome is what it is. The first is that of every confirmed finding, the second of every refuted one."""

    OBSERVED = "observed"
    NOT_OBSERVED = "not-observed"
    UNREACHED_LINE = "unreached-line"  # built and called, but the line in question never ran
    NOT_CONSTRUCTED = "not-constructed"  # no arguments were found with which the constructor runs through
    NOT_IMPORTABLE = "not-importable"
    FORWARD_FAILED = "forward-failed"
    NO_INPUTS = "no-inputs"
    STUB_DEPENDENT = "stub-dependent"  # seen, but on a stand-in for a library that is not installed
    SYNTHETIC_VALUE = "synthetic-value"  # seen, but on a value that the verifier supplied itself
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    WANTS_NETWORK = "wants-network"
    WANTS_WRITE = "wants-write"
    UNSUPPORTED = "unsupported"  # there is no way to ask this

    def __str__(self) -> str:
        return self.value


Evidence = Mapping[str, object]  # JSON values: numbers, texts, lists of them


@dataclass(frozen=True)
class Verdict:
    """The answer to one finding.

    `message` is one sentence for people; `evidence` the numbers in it, for programs. `device` is where it was seen:
    "cpu", "meta" or "cuda:0". `built` says how the object was made ("Net(dim=64), as called at train.py:48"),
    `stubbed` which missing libraries were stood in for, `repro` is a short script that shows the same by hand.
    """

    outcome: Outcome
    reason: Reason
    message: str
    evidence: Evidence = field(default_factory=dict)
    device: str = "cpu"
    seconds: float = 0.0
    built: str | None = None
    stubbed: tuple[str, ...] = ()
    repro: str | None = None
