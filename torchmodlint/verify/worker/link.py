"""The link to the one who started this process: messages come on its standard input, answers go to its standard output.

Both are taken away from the two well-known places at once, so that nothing which reads or prints can get at them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn

from torchmodlint.verify.wire import Frames, frame

AT_ONCE = 1 << 16


class Link:
    """Messages in, messages out. `requests` and `results` are the descriptors.

    `sign` is what the other side told us first; it marks all that we say as ours.
    """

    sign = ""

    def __init__(self, requests: int, results: int) -> None:
        self.requests = requests
        self.results = results
        self._frames = Frames()
        self._ready: list[dict[str, Any]] = []

    @staticmethod
    def taken() -> Link:
        """From the standard streams, which lead nowhere afterwards."""
        link = Link(os.dup(0), os.dup(1))
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        os.close(nowhere)
        return link

    def hello(self) -> dict[str, Any]:
        """The first message. Ends this process when there is none."""
        message = self.read()
        if message is None:
            os._exit(0)
        self.sign = message["sign"]
        return message

    def read(self) -> dict[str, Any] | None:
        """The next message, waited for; None when the other side is gone."""
        while not self._ready:
            data = os.read(self.requests, AT_ONCE)
            if not data:
                return None
            self._ready = self._frames.feed(data)
        return self._ready.pop(0)

    def say(self, message: Mapping[str, Any]) -> None:
        """Raises BrokenPipeError when the other side is gone."""
        write(self.results, {**message, "sign": self.sign})

    def unavailable(self, why: str, detail: str = "") -> NoReturn:
        """Say why no work can be done here, and end this process."""
        self.say({"kind": "unavailable", "why": why, "detail": detail})
        os._exit(3)

    def close(self) -> None:
        os.close(self.requests)
        os.close(self.results)


def write(to: int, message: Mapping[str, Any]) -> None:
    """All of a message, however little the descriptor takes at once."""
    data = memoryview(frame(message))
    while data:
        data = data[os.write(to, data) :]
