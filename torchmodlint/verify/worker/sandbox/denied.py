"""What the audit hook raises, and how a failure is traced back to it."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from torchmodlint.core.verdict import Reason

WORDS_OF_NO_MEMORY = ("can't allocate memory", "not enough memory", "CUDA out of memory", "Cannot allocate memory")


class Denied(PermissionError):
    """The verifier does not let the user's code do this. `reason` is the verdict's, where there is one for it."""

    def __init__(self, what: str, reason: Reason | None = None) -> None:
        super().__init__(errno.EPERM, f"{what} is denied while a class is verified")
        self.what = what
        self.reason = reason
        if reason is not None:
            _latest[:] = [self]


_latest: list[Denied] = []  # of this process, or the one it was forked from


def forget() -> None:
    """What was denied up to now is no longer of interest."""
    _latest.clear()


def latest() -> Denied | None:
    """What was denied last: for failures whose exception somebody has swallowed."""
    return _latest[-1] if _latest else None


def cause(error: BaseException | None) -> tuple[Reason, str] | None:
    """What an exception goes back to: a denied operation, or memory that ran out; None for everything else.

    The reason and one sentence. Libraries wrap what they catch, so the whole chain is looked through.
    """
    for each in _chain(error):
        if isinstance(each, Denied) and each.reason is not None:
            return each.reason, f"{each.what} is wanted, which is denied while a class is verified"
        if isinstance(each, MemoryError) or any(words in str(each) for words in WORDS_OF_NO_MEMORY):
            return Reason.MEMORY, "the memory ran out"
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            # `reason` is where urllib puts what it caught; requests and urllib3 chain it as Python does.
            waiting += [each.__context__, each.__cause__, getattr(each, "reason", None)]
