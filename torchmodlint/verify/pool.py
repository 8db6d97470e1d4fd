"""The linter's side of the verifier's processes: jobs in, one verdict for each question out, whatever dies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.verify import wire
from torchmodlint.verify.wire import FileJob, Options, PackageJob, WireError
from torchmodlint.verify.workshop import Lost, Worker, WorkerUnavailable

__all__ = ["Answers", "WorkerUnavailable", "ask"]

StartMethod = Literal["fork", "spawn"]

AT_MOST = 8  # processes, unless asked for more: each may need some gigabytes
WORTH_IT = 12  # a package with fewer questions is not shared out, for each share has to import it


@dataclass(frozen=True)
class Answers:
    """Each question's verdict by its id, and what gave them. `layers` are those of the isolation that were in force."""

    verdicts: dict[int, Verdict] = field(default_factory=dict)
    torch: str = ""
    python: str = ""
    layers: tuple[str, ...] = ()
    device: str = ""


def ask(
    jobs: Sequence[PackageJob],
    python: Path | str,
    options: Options,
    *,
    processes: int | None = None,
    on_answer: Callable[[int, Verdict], None] = lambda identity, verdict: None,
    start_method: StartMethod | None = None,
) -> Answers:
    """Ask a worker in the interpreter `python` all questions of the jobs; each gets exactly one verdict.

    `on_answer` hears of each verdict as it comes, in this thread. `processes` is how many may work at a time.
    `start_method` is that of the system: "fork" on Linux, "spawn" elsewhere. Raises WorkerUnavailable when no work
    can be done with that interpreter, before any answer was given.
    """
    method: StartMethod = start_method or ("fork" if sys.platform == "linux" else "spawn")
    processes = processes or min(AT_MOST, _usable_cores())
    run = _Run(python, options, method, on_answer)
    scratch = Path(tempfile.mkdtemp(prefix="torchmodlint-"))
    try:
        left = list(jobs)
        while left or not run.ready:
            shares = _shares(left, 1 if options.device == "cuda" else processes, by_file=options.device == "cuda")
            run.ask(shares, processes, Path(tempfile.mkdtemp(dir=scratch)))
            left = _unanswered(left, run.verdicts)
    finally:
        _remove(scratch)
    ready = run.ready
    return Answers(
        {each: run.verdicts[each] for each in sorted(run.verdicts)},
        str(ready["torch"]),
        str(ready["python"]),
        tuple(ready["layers"]),
        str(ready["device"]),
    )


class _Run:
    """The verdicts so far, over as many workers as it takes."""

    def __init__(
        self, python: Path | str, options: Options, method: StartMethod, on_answer: Callable[[int, Verdict], None]
    ) -> None:
        self._python = python
        self._options = options
        self._method = method
        self._on_answer = on_answer
        self.ready: dict[str, Any] = {}
        self.verdicts: dict[int, Verdict] = {}

    def ask(self, jobs: Sequence[PackageJob], processes: int, scratch: Path) -> None:
        """Ask one worker. Should it be lost, what was at stake then is answered, and the rest is for the next one."""
        asked = {question.id for job in jobs for file in job.files for question in file.questions}
        at_stake: dict[object, list[int]] = {}
        try:
            with Worker(self._python, self._options, self._method, scratch) as worker:
                self.ready = worker.ready()
                for message in worker.work(jobs, processes):
                    if message["kind"] == "began":
                        at_stake[message["package"]] = message["ids"]
                    elif message["id"] in asked:
                        self._answered(message["id"], wire.verdict(message["verdict"]))
        except WorkerUnavailable as error:
            if not self.ready:
                raise
            self._lost(asked, str(error))
        except (Lost, WireError) as error:
            blamed = {each for ids in at_stake.values() for each in ids} - self.verdicts.keys()
            if not blamed and not asked & self.verdicts.keys():
                blamed = asked  # it never began, and the next one would not either
            self._lost(blamed, f"the verifier's worker was lost: {error}")

    def _lost(self, questions: Iterable[int], why: str) -> None:
        for question in sorted(set(questions) - self.verdicts.keys()):
            self._answered(question, Verdict(Outcome.INCONCLUSIVE, Reason.CRASHED, why))

    def _answered(self, question: int, verdict: Verdict) -> None:
        if question not in self.verdicts:
            self.verdicts[question] = verdict
            self._on_answer(question, verdict)


def _remove(scratch: Path) -> None:
    try:
        shutil.rmtree(scratch, ignore_errors=True)
    except RecursionError:
        pass
    if scratch.exists() and sys.platform != "win32":  # folders in folders, deeper than Python can follow
        subprocess.run(["rm", "-rf", str(scratch)], check=False, stderr=subprocess.DEVNULL)


def _usable_cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _count(job: PackageJob) -> int:
    return sum(len(file.questions) for file in job.files)


def _unanswered(jobs: Iterable[PackageJob], verdicts: dict[int, Verdict]) -> list[PackageJob]:
    """What is left of the jobs."""
    left = []
    for job in jobs:
        files = []
        for file in job.files:
            questions = tuple(each for each in file.questions if each.id not in verdicts)
            if questions:
                files.append(replace(file, questions=questions))
        if files:
            left.append(replace(job, files=tuple(files)))
    return left


def _shares(jobs: Iterable[PackageJob], processes: int, *, by_file: bool) -> list[PackageJob]:
    """The jobs, the largest first; a large package in parts while there are processes that would have no work."""
    if by_file:
        return [replace(job, files=(file,)) for job in jobs for file in job.files]
    shares = sorted(jobs, key=_count, reverse=True)
    while 0 < len(shares) < processes and len(shares[0].files) > 1 and _count(shares[0]) >= 2 * WORTH_IT:
        first, second = _halves(shares.pop(0))
        shares = sorted([*shares, first, second], key=_count, reverse=True)
    return shares


def _halves(job: PackageJob) -> tuple[PackageJob, PackageJob]:
    """Two parts with about as many questions each, of files that lie together."""
    second: deque[FileJob] = deque(job.files)
    first: list[FileJob] = [second.popleft()]
    while len(second) > 1 and 2 * sum(len(file.questions) for file in first) < _count(job):
        first.append(second.popleft())
    return replace(job, files=tuple(first)), replace(job, files=tuple(second))
