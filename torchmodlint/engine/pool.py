"""Files shared out among processes, none of which can end the run."""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from torchmodlint.analysis.project import Project
from torchmodlint.engine.checking import Done, Job, check, collect, failed, size_of

WORTH_A_TASK = 64_000  # bytes: smaller files go to a process together


def pooled(jobs: Sequence[Job], processes: int, root: Path, libraries: Sequence[Path]) -> Iterator[tuple[Job, Done]]:
    """Share the files out, the largest first so that no process is left with one at the end.

    Few files are handed out at a time: when a process dies, only those can be to blame, and they are tried again
    each in a process of its own.
    """
    waiting = deque(_tasks(sorted(((size_of(job), job) for job in jobs), key=lambda one: (-one[0], one[1].file.path))))
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
        return Done(failed(job, "the process that checked this file died (out of memory, or a crash of the parser)"))


_worker_project: Project | None = None


def _executor(processes: int, root: Path, libraries: Sequence[Path]) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, initializer=_start_worker, initargs=(root, libraries))


def _start_worker(root: Path, libraries: Sequence[Path]) -> None:
    global _worker_project
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent stops them all
    gc.disable()  # as `checking._few_collections` says
    _worker_project = Project(root, libraries)


def _check_in_worker(task: Sequence[Job]) -> list[Done]:
    assert _worker_project is not None
    found: list[Done] = []
    for job in task:
        collect()
        found.append(check(job, _worker_project))
    return found
