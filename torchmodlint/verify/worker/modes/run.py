"""One run along one path: the decisions it makes, the calls under way, and what it takes down."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from torchmodlint.verify.worker.modes.events import Place, Tape

if TYPE_CHECKING:
    from torchmodlint.verify.worker.modes.opaque import Opaque

CALLS = 4000  # in one run; what needs more is not rehearsed
DEPTH = 40  # calls within calls


class Abandoned(BaseException):
    """The run ends here. `told`: because the code raises what nobody in sight can name, not because it does too much.

    No `except` of the user's may see it.
    """

    def __init__(self, message: str, told: bool = False) -> None:
        super().__init__(message)
        self.told = told


class Run:
    """The state of one run. `forced` are the first decisions; those after them go the way that is preferred.

    `counted` says that counters of loops are numbers (0, 1, 2), and not opaque; assignments to attributes whose names
    are `watched` are taken down.
    """

    current: Run

    def __init__(
        self, forced: tuple[bool, ...] = (), counted: bool = True, watched: frozenset[str] = frozenset()
    ) -> None:
        self.forced = forced
        self.counted = counted
        self.watched = watched
        self.asked: list[bool] = []
        self.mattered: set[int] = set()  # the numbers of the decisions of which it matters which way they go
        self.tape = Tape()
        self.stack: list[Place] = []
        self.managers: list[str] = []  # the unknown context managers that are open
        self.made: dict[object, Opaque] = {}
        self.kept: list[object] = []  # whose ids are in keys of `made`, so that no other object gets one of them
        self.equal: dict[int, object] = {}  # what an opaque value was decided to equal, by its id
        self.calls = 0
        self.forwards = 0  # of modules that are under way
        self.stepping = True  # is it `backward()` that sends gradients back, and not `torch.autograd.grad()`?
        self.switching = 0  # calls of `train` that are under way
        self.clock = 0
        self.raised: list[BaseException] = []  # by the code itself
        self.broken: str | None = None  # why what followed cannot be trusted to be what the code does
        self.files: dict[str, Any] = {}  # namespaces by path

    def decide(self, preferred: bool) -> bool:
        """The next decision."""
        index = len(self.asked)
        decision = self.forced[index] if index < len(self.forced) else preferred
        self.asked.append(decision)
        return decision

    @property
    def spent(self) -> bool:
        """Has it done all that a run may do?"""
        return self.calls > CALLS

    def tick(self) -> int:
        """A number for what happens now, greater than all before."""
        self.clock += 1
        return self.clock

    @contextmanager
    def entered(self, place: Place) -> Iterator[None]:
        """A call is under way. Raises Abandoned where there are too many."""
        self.calls += 1
        if self.spent or len(self.stack) > DEPTH:
            raise Abandoned("too many calls")
        self.stack.append(place)
        try:
            yield
        finally:
            self.stack.pop()

    def here(self) -> tuple[str, int]:
        """The file and line of the rehearsed code that is running."""
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename in self.files:
                return frame.f_code.co_filename, frame.f_lineno
            if frame.f_back is None:
                break
            frame = frame.f_back
        return "", 0


def run() -> Run:
    """The run that is under way."""
    return Run.current
