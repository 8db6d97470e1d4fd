"""Colour for terminals, and text that cannot disturb one."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from torchmodlint.core.finding import Severity

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_OUTCOMES = {"confirmed": "1;31", "refuted": "32"}
TAB = "    "


class Paint(NamedTuple):
    """ANSI colours, or none."""

    on: bool

    def code(self, text: str, severity: Severity) -> str:
        """A rule's code in the colour of its severity."""
        return self._paint(text, f"1;{_COLORS[severity]}")

    def outcome(self, text: str, outcome: str) -> str:
        """What the verifier says, in the colour of its outcome."""
        return self._paint(text, _OUTCOMES.get(outcome, "33"))

    def bold(self, text: str) -> str:
        return self._paint(text, "1")

    def dim(self, text: str) -> str:
        return self._paint(text, "2")

    def _paint(self, text: str, color: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self.on else text


def printable(text: str) -> str:
    """The text on one line, tabs widened, and control characters, which might command a terminal, made visible."""
    return "".join(character if character.isprintable() else _visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\t":
        return TAB
    if character in "\x0c\xa0":  # a form feed takes no room worth showing; a no-break space looks like a space
        return " "
    return character.encode("unicode_escape").decode("ascii") if ord(character) < 0x20 else "?"


def width(text: str) -> int:
    """How many terminal columns a printable text takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
