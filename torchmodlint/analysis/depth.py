"""Room on Python's stack for trees that are deep but pass `torchmodlint.analysis.guard`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# LibCST writes code with two calls a level, and the guard lets 1,000 operations pass, inside 1,000 elif if it must be.
# Python 3.10 takes about 0.5 KiB of the C stack, which has commonly 8 MiB, for each call; newer ones less or nothing.
# Python 3.12 alone has a limit of its own for calls through C, which LibCST's writing reaches at about 700 levels.
FRAMES = 4000


class TooDeepError(Exception):
    """The code is nested deeper than Python can follow."""

    def __init__(self) -> None:
        super().__init__("the code is nested too deeply to be checked")


@contextmanager
def room() -> Iterator[None]:
    """Raise the recursion limit to FRAMES for the length of a `with` block."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
