"""What a terminal or a file is given: colour, characters it can show, a line that counts, whole files only."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
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


def write_atomically(path: Path, text: str) -> None:
    """Write UTF-8 so that a reader sees the old file or the new one, never half of it. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(text.encode("utf-8", "replace"))
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


class Progress:
    """A line such as "12/300 files" on a terminal, once a run has taken a second; gone when the run is over."""

    PATIENCE = 1.0
    PAUSE = 0.1

    def __init__(self, stream: TextIO, *, on: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._on = on and stream.isatty()
        self._clock = clock
        self._next = clock() + self.PATIENCE
        self._shown = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._show("")

    def update(self, done: int, total: int) -> None:
        """Tell how far the run is."""
        if self._on and self._clock() >= self._next:
            self._next = self._clock() + self.PAUSE
            self._show(f"{done}/{total} files")

    def _show(self, text: str) -> None:
        if text or self._shown:
            blank = " " * max(0, self._shown - len(text))
            self._stream.write(f"\r{text}{blank}" + "\r" * (not text))
            self._stream.flush()
            self._shown = len(text)
