"""The three answers of a probe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torchmodlint.core.verdict import Outcome, Reason


class Inconclusive(Exception):
    """The question could not be answered. `message` is one clear sentence; it may be raised anywhere."""

    def __init__(self, reason: Reason, message: str, /, **evidence: object) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.evidence = evidence


@dataclass(frozen=True)
class Seen:
    """What a probe saw on the live object. `device` is set where it is not that of the object itself.

    `repro` is a script that shows the same by hand, of probes that know a better one than `repro.script` writes.
    """

    outcome: Outcome
    message: str
    evidence: Mapping[str, object]
    device: str | None = None
    repro: str | None = None


def confirmed(message: str, /, *, device: str | None = None, repro: str | None = None, **evidence: object) -> Seen:
    """The pitfall was seen."""
    return Seen(Outcome.CONFIRMED, message, evidence, device, repro)


def refuted(message: str, /, *, device: str | None = None, **evidence: object) -> Seen:
    """The opposite of the pitfall was seen; not to be said because nothing was seen."""
    return Seen(Outcome.REFUTED, message, evidence, device)
