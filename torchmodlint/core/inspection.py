"""A built module, described: its parts, and what it holds without registering it."""

from __future__ import annotations

from dataclasses import dataclass

from torchmodlint.core.parts import Held, Part
from torchmodlint.core.result import Verification
from torchmodlint.core.verdict import Verdict


@dataclass(frozen=True)
class Inspection:
    """An object: its parts, parents first, what it hides, and how it came about."""

    path: str
    owner: str
    parts: tuple[Part, ...]
    hidden: tuple[Held, ...]
    verdict: Verdict
    verification: Verification
    parts_left_out: int = 0
    hidden_left_out: int = 0
