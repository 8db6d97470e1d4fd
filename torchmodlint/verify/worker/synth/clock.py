"""A limit for one construction or one call, so that a single slow try does not use up the time of all."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class TookTooLong(BaseException):
    """Raised into the code that runs; no `except Exception` of the user's stops it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TookTooLong in the block after so many seconds, where signals can do that (not on Windows, and only in
    the main thread). Code that stays inside one call of torch's is only stopped at the end of that call."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread() or seconds <= 0:
        yield
        return
    before = signal.signal(signal.SIGALRM, _raise)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _raise(number: int, frame: Any) -> None:
    raise TookTooLong("it takes too long")
