"""Runs a function with the one and the other decision, and says what all the runs have seen."""

from __future__ import annotations

import ast
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import torch

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import FileJob, Question
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.modes.entries import Entry, entries, module_names
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.program import LONGEST, Program
from torchmodlint.verify.worker.modes.run import Abandoned, Run
from torchmodlint.verify.worker.modes.stage import Stage

RUNS = 48  # paths through one entry
CALLS = 6_000  # through all entries; a clock would make answers depend on the machine
ASSIGNED = {"TML308": "requires_grad", "TML312": "training"}


class Sight(Enum):
    """What one run has seen of the claim."""

    ABSENT = "absent"  # it did not come to the line, or not in the situation of which the claim is
    SHOWN = "shown"
    DENIED = "denied"
    UNSURE = "unsure"


@dataclass(frozen=True)
class View:
    """One run's answer, with what to say of it. `numbers` are the evidence.

    `final`: nothing that happens later could change it.
    """

    sight: Sight
    told: str = ""
    numbers: dict[str, Any] = field(default_factory=dict)
    final: bool = False


ABSENT = View(Sight.ABSENT)
Claim = Callable[[Tape], View]


@dataclass
class Taken:
    """One run: what it took down and, where it went wrong, how."""

    tape: Tape
    failed: str | None

    @property
    def impossible(self) -> bool:
        """Did it take a way on which the code itself would fail: with a name unbound, or with None for an object?"""
        return self.failed is not None and ("UnboundLocalError" in self.failed or "'NoneType' object" in self.failed)


@dataclass
class Seen:
    """All runs through one entry. `whole`: no decision was left untried; `near`: each of the first run's was turned."""

    entry: Entry
    runs: list[Taken]
    whole: bool
    near: bool


class Rehearsal:
    """The rehearsals of one question. `roots` are where else the project's own files lie. Raises Inconclusive for a
    file that cannot be rehearsed."""

    def __init__(self, job: FileJob, question: Question, roots: Sequence[str] = ()) -> None:
        if len(job.text) > LONGEST:
            raise Inconclusive(Reason.UNSUPPORTED, "the file is too long to be rehearsed")
        self.question = question
        self.calls = 0
        self.watched = frozenset({ASSIGNED.get(question.code, question.attribute or "")})
        targets = list(dict.fromkeys((question.line, *(line for line, _ in question.related))))
        try:
            tree = ast.parse(job.text)
            self.modelish = module_names(tree, job.text.split("\n"), question)
            self.program = Program(job, targets, self.modelish, roots)
        except SyntaxError as error:
            raise Inconclusive(Reason.UNSUPPORTED, f"this Python cannot read the file: {error}") from error
        self.entries = entries(self.program.main.tree, question)

    def through(self, entry: Entry, counted: bool = True) -> Seen:
        """Go in by one entry, along as many paths as there is time for."""
        waiting: deque[tuple[bool, ...]] = deque([()])
        runs: list[Taken] = []
        decisions = 0
        while waiting and len(runs) < RUNS and (self.calls < CALLS or not runs):
            forced = waiting.popleft()
            run = Run(forced, counted, self.watched)
            runs.append(self._once(entry, run))
            self.calls += run.calls
            decisions = decisions if forced else len(run.mattered)
            for index in sorted(one for one in run.mattered if one >= len(forced)):
                waiting.append((*run.asked[:index], not run.asked[index]))
        return Seen(entry, runs, not waiting, len(runs) > decisions)

    def _once(self, entry: Entry, run: Run) -> Taken:
        Run.current = run
        torch.manual_seed(0)
        failed = None
        before = torch.is_grad_enabled()
        try:
            torch.set_grad_enabled(True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                entry.enter(Stage(self.program, run, self.modelish))
        except (SystemExit, KeyboardInterrupt):
            failed = run.broken
        except Abandoned as error:
            failed = run.broken or (None if error.told else str(error))
        except Exception as error:
            if error not in run.raised and not isinstance(error, (NotImplementedError, AssertionError)):
                failed = f"{type(error).__name__}: {error}"[:160]
        finally:
            torch.set_grad_enabled(before)
        return Taken(run.tape, failed)
