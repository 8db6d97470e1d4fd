"""What a terminal is given: colour, characters it can show, a line that counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TextIO


def wants_color(choice: str, stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Should output to `stream` be coloured? `choice` is "always", "never" or "auto"; then NO_COLOR and FORCE_COLOR."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def fitting(text: str, encoding: str | None) -> str:
    """The text with "?" for what the encoding lacks, so that a cp1252 console is no reason to crash."""
    name = encoding or "utf-8"
    return text.encode(name, "replace").decode(name)


class Progress:
    """A line such as "12/300 files" on a terminal, once a run has taken a second; gone when the run is over.

    `unit` is what is counted; `patience` the seconds before the first line, for a run that is known to take long.
    """

    PATIENCE = 1.0
    PAUSE = 0.1

    def __init__(
        self,
        stream: TextIO,
        *,
        on: bool,
        unit: str = "files",
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._unit = unit
        self._on = on and stream.isatty()
        self._clock = clock
        self._next = clock() + patience
        self._shown = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._show("")

    def update(self, done: int, total: int) -> None:
        """Tell how far the run is."""
        if self._on and self._clock() >= self._next:
            self._next = self._clock() + self.PAUSE
            self._show(f"{done}/{total} {self._unit}")

    def _show(self, text: str) -> None:
        if text or self._shown:
            blank = " " * max(0, self._shown - len(text))
            self._stream.write(f"\r{text}{blank}" + "\r" * (not text))
            self._stream.flush()
            self._shown = len(text)
