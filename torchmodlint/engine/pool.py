"""Files through `lint`, in this process or in several, with the same result either way."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from torchmodlint.analysis.grounds import Fact
from torchmodlint.analysis.project import Project
from torchmodlint.core.finding import Problem
from torchmodlint.engine.files import SourceFile
from torchmodlint.engine.lint import is_candidate, lint, read
from torchmodlint.engine.linted import Linted
from torchmodlint.engine.present import content_digest
from torchmodlint.rules.base import Rule

# Below this much source to parse, starting worker processes costs more than they save.
WORTH_A_POOL = 1_000_000
WORTH_A_TASK = 64_000  # bytes: smaller files go to a process together
WORTH_A_COLLECTION = 10_000  # objects: a tree has many more
MOST_PROCESSES = 61  # Windows can wait for no more


@dataclass(frozen=True)
class Job:
    """One file and the rules for it."""

    file: SourceFile
    rules: tuple[type[Rule], ...]


@dataclass(frozen=True)
class Done:
    """What a file gives, the digest of its content, "" when it could not be read, and what the result rests on."""

    linted: Linted
    content: str = ""
    facts: frozenset[Fact] = frozenset()


def check_all(
    jobs: Sequence[Job], root: Path, libraries: Sequence[Path], processes: int | None
) -> Iterator[tuple[Job, Done]]:
    """Check the files. `processes=None` takes as many as there are processors, when there is enough to do."""
    project = Project(root, libraries)
    count = min(_processors() if processes is None else processes, MOST_PROCESSES)
    waiting = deque(jobs)
    if count > 1 and _pays(jobs, processes):
        heavy: list[Job] = []
        while waiting and not (_pays(heavy, processes) and len(heavy) >= count):
            job = waiting.popleft()
            if _needs_parse(job, project):
                heavy.append(job)
            else:
                yield job, _check(job, project)
        if waiting or _pays(heavy, processes):
            yield from _pooled([*heavy, *waiting], count, root, libraries)
            return
        waiting.extend(heavy)
    with _few_collections():
        for job in waiting:
            yield job, _check(job, project)
            _collect()


@contextmanager
def _few_collections() -> Iterator[None]:
    """Without Python's garbage collection, which looks for cycles where there are none.

    A syntax tree has some hundred thousand nodes and no cycle; going through them again and again costs 7% of the
    time of a run. The few cycles that a file leaves behind are all young when it is done, and are collected then.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _collect() -> None:
    """Free the cycles that a file has left behind, once they may hold a tree."""
    if gc.get_count()[0] > WORTH_A_COLLECTION:
        gc.collect(0)


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pays(jobs: Sequence[Job], processes: int | None) -> bool:
    """Is this enough work for several processes? When their number was asked for, any work is."""
    return len(jobs) > 1 and (processes is not None or sum(_size(job) for job in jobs) > WORTH_A_POOL)


def _size(job: Job) -> int:
    if job.file.source is not None:
        return len(job.file.source)
    try:
        return job.file.path.stat().st_size
    except OSError:
        return 0


def _needs_parse(job: Job, project: Project) -> bool:
    try:
        text = read(job.file.display_path, job.file.read())
        return is_candidate(job.file.path, text, job.rules, project)
    except Exception:
        return True  # whatever is wrong with it is reported by whoever checks it


def _check(job: Job, project: Project) -> Done:
    file = job.file
    try:
        source = file.read()
    except OSError as error:
        return Done(_failed(job, f"cannot be read: {error.strerror or error}"))
    linted, facts = project.ledger.record(lambda: lint(file.path, file.display_path, source, job.rules, project))
    return Done(linted, content_digest(source), facts)


def _failed(job: Job, message: str) -> Linted:
    return Linted(problems=(Problem(job.file.display_path, message),))


def _pooled(jobs: Sequence[Job], processes: int, root: Path, libraries: Sequence[Path]) -> Iterator[tuple[Job, Done]]:
    """Share the files out, the largest first so that no process is left with one at the end.

    Few files are handed out at a time: when a process dies, only those can be to blame, and they are tried again
    each in a process of its own.
    """
    waiting = deque(_tasks(sorted(((_size(job), job) for job in jobs), key=lambda one: (-one[0], one[1].file.path))))
    while waiting:
        running: dict[Future[list[Done]], Sequence[Job]] = {}
        with _executor(min(processes, len(waiting)), root, libraries) as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < 2 * processes:
                        running[pool.submit(_check_in_worker, waiting[0])] = waiting[0]
                        waiting.popleft()
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        done = future.result()
                        yield from zip(running.pop(future), done, strict=True)
            except BrokenProcessPool:
                suspects = list(running.values()) or [waiting.popleft()]  # not a second time in the same way
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            else:
                suspects = []
        for suspect in (job for task in suspects for job in task):
            yield suspect, _check_alone(suspect, root, libraries)


def _tasks(sized: Iterable[tuple[int, Job]]) -> Iterator[Sequence[Job]]:
    """Files in portions: handing over a small one takes as long as checking it."""
    task: list[Job] = []
    total = 0
    for size, job in sized:
        if task and total + size > WORTH_A_TASK:
            yield task
            task, total = [], 0
        task.append(job)
        total += size
    if task:
        yield task


def _check_alone(job: Job, root: Path, libraries: Sequence[Path]) -> Done:
    try:
        with _executor(1, root, libraries) as pool:
            return pool.submit(_check_in_worker, [job]).result()[0]
    except BrokenProcessPool:
        return Done(_failed(job, "the process that checked this file died (out of memory, or a crash of the parser)"))


_worker_project: Project | None = None


def _executor(processes: int, root: Path, libraries: Sequence[Path]) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, initializer=_start_worker, initargs=(root, libraries))


def _start_worker(root: Path, libraries: Sequence[Path]) -> None:
    global _worker_project
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent stops them all
    gc.disable()  # as `_few_collections` says
    _worker_project = Project(root, libraries)


def _check_in_worker(task: Sequence[Job]) -> list[Done]:
    assert _worker_project is not None
    found: list[Done] = []
    for job in task:
        found.append(_check(job, _worker_project))
        _collect()
    return found
