"""Budgets of time for a search, and limits for one construction or one call in it, so that no slow try uses up all.

What counts is the processor's time that this process used. On a busy machine the clock on the wall runs ahead, and
verdicts must not depend on that; so it may run ahead a good deal, and only the cap on the whole finding is its own.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PATIENCE = 2.0  # seconds on the wall for one of the processor: for those who sleep, and for busy machines


class TookTooLong(BaseException):
    """Raised into the code that runs; no `except Exception` of the user's stops it."""


class Budget:
    """So many seconds of work, from now on."""

    def __init__(self, seconds: float) -> None:
        self._worked = time.process_time() + seconds
        self._passed = time.monotonic() + PATIENCE * seconds

    @property
    def left(self) -> float:
        """The seconds that are left; below 0 when it is overdrawn."""
        return min(self._worked - time.process_time(), (self._passed - time.monotonic()) / PATIENCE)

    @property
    def over(self) -> bool:
        return self.left <= 0


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TookTooLong in the block after so many seconds, where signals can do that (not on Windows, and only in
    the main thread). Code that stays inside one call of torch's is only stopped at the end of that call."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread() or seconds <= 0:
        yield
        return
    clocks = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, PATIENCE * seconds),
    )
    before = [signal.signal(number, _raise) for number, _, _ in clocks]
    for _, clock, after in clocks:
        signal.setitimer(clock, after)
    try:
        yield
    finally:
        for (number, clock, _), handler in zip(clocks, before, strict=True):
            signal.setitimer(clock, 0)
            signal.signal(number, handler)


def _raise(number: int, frame: Any) -> None:
    raise TookTooLong("it takes too long")
