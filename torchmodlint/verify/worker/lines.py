"""The line gate: which lines of one file ran."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def tracing(enter: Callable[[FrameType, str, Any], Any]) -> Iterator[None]:
    """Have `enter` called for each frame that is entered in this thread; who traced before goes on afterwards."""
    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)


class Lines:
    """The line numbers of `path` that ran while it was watched."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.ran: set[int] = set()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Take part in what runs in this thread; only frames of the file itself are slowed down."""
        with tracing(self._enter):
            yield

    def any(self, first: int, last: int) -> bool:
        """Did one of these lines run? (A statement over several lines reports only some of them.)"""
        return any(line in self.ran for line in range(first, last + 1))

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != self.path:
            return None
        return self._line

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.ran.add(frame.f_lineno)
        return self._line
