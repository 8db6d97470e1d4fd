"""The course of one package: what is asked next, and what each end of a process means for the finding at hand.

Pure bookkeeping, without processes or pipes: `zygote.py` and `spawned.py` carry it out. However the processes end,
each question gets exactly one verdict here, and each end costs at least one question, so that a course comes to its
end as well.
"""

from __future__ import annotations

import secrets
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.verify import wire
from torchmodlint.verify.wire import Options, PackageJob, Question, WireError
from torchmodlint.verify.worker.link import Link

IMPORTS = 6.0  # an import may take this many times as long as a finding: the first one brings in whole libraries
GRACE = 3.0  # seconds for a process to notice that what it waits for was killed
PATIENCE = 2  # so many ends in a row without an answer, and the rest of a class is given up

OF_PACKAGE = frozenset(("imported", "failed", "ended"))  # what the process that imports says
OF_CLASS = frozenset(("verdict", "raised"))  # what the process that builds says

# What reading a message may raise that was not written by us.
NO_MESSAGE = (WireError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError)

CHANNEL = "something other than a verdict was written to the verifier's own channel"
CLOSED = "the code closed the verifier's own channel"


@dataclass(frozen=True)
class End:
    """Why there is no answer."""

    reason: Reason
    message: str

    def verdict(self, seconds: float) -> Verdict:
        return Verdict(Outcome.INCONCLUSIVE, self.reason, self.message, seconds=round(seconds, 4))


@dataclass(frozen=True)
class Order:
    """What a process is to do: import a file, or answer questions about one class of it.

    The `nonce` is said again with each answer, and is a new one each time: what was written without knowing it is no
    answer.
    """

    do: Literal["import", "ask"]
    file: int
    questions: tuple[int, ...]
    nonce: str


class Course:
    """One package. `emit` is given each verdict once, `began` the ids that are at stake from now on.

    `forks` says whether a class has a process of its own, which can die alone.
    """

    def __init__(
        self,
        job: PackageJob,
        options: Options,
        emit: Callable[[int, Verdict], None],
        began: Callable[[Sequence[int]], None],
        *,
        forks: bool,
    ) -> None:
        self.job = job
        self._options = options
        self._emit = emit
        self._began = began
        self._forks = forks
        self._file = -1
        self._imported = False
        self._groups: deque[list[Question]] = deque()
        self._asked: list[Question] = []
        self._ends_in_a_row = 0
        self._order: Order | None = None
        self._end: End | None = None  # what the process at work ended with, as far as is known before it is gone
        self._killed = False
        self._excused = False  # it was killed, but had answered in the last moment
        self.spent = False  # the process must not be given another order
        self._since = self.deadline = time.monotonic()

    def next(self) -> Order | None:
        """The next order; None when everything is answered, and the process can go."""
        self._end, self._killed, self._excused, self.spent = None, False, False, False
        while not self._groups:
            self._file += 1
            if self._file >= len(self.job.files):
                self._order = None
                return None
            self._imported = False
            self._groups = deque(_groups(self.job.files[self._file].questions))
        if self._imported:
            self._asked = self._groups.popleft()
            return self._give("ask", self._asked, self._options.timeout)
        return self._give("import", [each for group in self._groups for each in group], self._import_time)

    def heard(self, message: Mapping[str, Any], kinds: frozenset[str]) -> bool:
        """What a process said. True when it is done with its order. Raises WireError for what it cannot have said."""
        kind = message.get("kind")
        if self._order is None or message.get("nonce") != self._order.nonce or kind not in kinds:
            raise WireError("an answer to no question of ours")
        if kind == "verdict":
            self._answered(message.get("id"), wire.verdict(message["verdict"]))
            return False
        if kind == "raised":
            self._end = self._end or End(Reason.CRASHED, f"the code ended its process: {message.get('what')}")
            return False
        if kind == "imported":
            self._imported = True
        elif kind == "failed":
            self._importing_ended(End(Reason(message["reason"]), str(message["message"])))
        else:
            self.spent = bool(message.get("spent"))
            self._imported = not self.spent
            self._excused = self._excused or self.spent
            self._asking_ended(self._end or _of_status(message.get("status")))
        return True

    @property
    def finished(self) -> bool:
        """Has every question its verdict?"""
        return not self._asked and not self._groups and self._file + 1 >= len(self.job.files)

    def condemn(self, end: End) -> bool:
        """The process at work is to be killed, and this is why. True when that of the class is enough."""
        alone = self._forks and self._order is not None and self._order.do == "ask" and not self._killed
        self._end = self._end or end
        self._killed = True
        self.deadline = time.monotonic() + GRACE
        return alone

    def overdue(self) -> bool:
        """The deadline has passed: `condemn` for that."""
        importing = self._order is not None and self._order.do == "import"
        seconds = self._import_time if importing else self._options.timeout
        return self.condemn(End(Reason.TIMEOUT, f"no answer within {seconds:g} s"))

    def lost(self, status: int | None) -> None:
        """The process that imports is gone, by our hand or its own. `status` is as waitpid has it."""
        end = self._end or _of_status(status)
        if self._order is None:
            return
        if self._order.do == "import":
            display = self.job.files[self._file].display
            self._importing_ended(End(end.reason, f"while {display} was imported: {end.message}"))
        else:
            self._asking_ended(end)
        self._imported = False

    def give_up(self, end: End) -> None:
        """No process can be had any more: everything that is left ends like this."""
        left = [*self._asked, *(each for group in self._groups for each in group)]
        left += [each for file in self.job.files[max(self._file + 1, 0) :] for each in file.questions]
        self._groups.clear()
        self._asked = []
        self._file = len(self.job.files)
        for question in left:
            self._emit(question.id, end.verdict(0.0))

    @property
    def _import_time(self) -> float:
        return IMPORTS * self._options.timeout

    def _give(self, do: Literal["import", "ask"], questions: Sequence[Question], seconds: float) -> Order:
        ids = tuple(each.id for each in questions)
        self._began(ids)
        self._order = Order(do, self._file, ids, secrets.token_hex(16))
        self._since = time.monotonic()
        self.deadline = self._since + seconds
        return self._order

    def _answered(self, identity: object, verdict: Verdict) -> None:
        if not self._asked or self._asked[0].id != identity:
            raise WireError("a verdict for a question that was not at hand")
        self._emit(self._asked.pop(0).id, verdict)
        self._ends_in_a_row = 0
        self._since = time.monotonic()
        self._excused = self._killed
        if not self._killed:
            self.deadline = self._since + self._options.timeout

    def _importing_ended(self, end: End) -> None:
        verdict = end.verdict(time.monotonic() - self._since)
        for group in self._groups:
            for question in group:
                self._emit(question.id, verdict)
        self._groups.clear()

    def _asking_ended(self, end: End) -> None:
        """The finding at hand ends like this; those after it are asked again, of a new process."""
        if self._asked and not self._excused:
            verdict = end.verdict(time.monotonic() - self._since)
            self._emit(self._asked.pop(0).id, verdict)
            self._ends_in_a_row += 1
            if self._ends_in_a_row >= PATIENCE:
                for question in self._asked:
                    self._emit(question.id, verdict)
                self._asked = []
        self._again()

    def _again(self) -> None:
        if self._asked:
            self._groups.appendleft(self._asked)
            self._asked = []
        else:
            self._ends_in_a_row = 0


def courses(link: Link, jobs: Sequence[PackageJob], options: Options, *, forks: bool) -> deque[Course]:
    """A course for each job, whose verdicts go over the link."""

    def emit(question: int, verdict: Verdict) -> None:
        link.say({"kind": "verdict", "id": question, "verdict": wire.packed(verdict)})

    def began(package: int, questions: Sequence[int]) -> None:
        link.say({"kind": "began", "package": package, "ids": questions})

    return deque(Course(job, options, emit, partial(began, index), forks=forks) for index, job in enumerate(jobs))


def _groups(questions: Sequence[Question]) -> list[list[Question]]:
    """By class, each in the order of the file."""
    found: dict[str | None, list[Question]] = {}
    for question in questions:
        found.setdefault(question.owner, []).append(question)
    return list(found.values())


def _of_status(status: object) -> End:
    """The end that a wait status tells of."""
    if not isinstance(status, int):
        return End(Reason.CRASHED, "the process was lost")
    number = -status if status < 0 else status & 0x7F
    if number:
        name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
        often = ", as happens when the machine's memory runs out" if name == "SIGKILL" else ""
        return End(Reason.CRASHED, f"the process was killed by {name}{often}")
    return End(Reason.CRASHED, f"the code ended its process with exit code {status >> 8}")
