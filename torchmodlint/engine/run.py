"""A whole run: every file through `lint`, in this process or in several, with the same result either way."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from torchmodlint.analysis.project import Project
from torchmodlint.core.finding import Problem
from torchmodlint.core.result import Result, problem_key
from torchmodlint.core.settings import Settings
from torchmodlint.engine.files import Gathered, SourceFile, ignored_codes
from torchmodlint.engine.libraries import library_directories
from torchmodlint.engine.lint import Linted, is_candidate, lint, read
from torchmodlint.rules.base import Rule

# Below this much source to parse, starting worker processes costs more than they save.
WORTH_A_POOL = 1_000_000
WORTH_A_COLLECTION = 10_000  # objects: a tree has many more
MOST_PROCESSES = 61  # Windows can wait for no more

OnDone = Callable[[int, int], None]  # (files done, all files)


@dataclass(frozen=True)
class Job:
    """One file and the rules for it."""

    file: SourceFile
    rules: tuple[type[Rule], ...]


def run(
    gathered: Gathered,
    settings: Settings,
    rules: Sequence[type[Rule]],
    *,
    processes: int | None = None,
    on_done: OnDone = lambda done, total: None,
) -> Result:
    """Check the files. `processes=None` takes as many as there are processors, when there is enough to do."""
    jobs = list(_jobs(gathered.files, settings, rules))
    done: dict[str, Linted] = {}
    for job, linted in _all(jobs, settings.root, processes):
        done[job.file.display_path] = linted
        on_done(len(done), len(jobs))
    problems = [*gathered.problems, *(problem for linted in done.values() for problem in linted.problems)]
    return Result(
        findings=tuple(sorted(finding for linted in done.values() for finding in linted.findings)),
        problems=tuple(sorted(problems, key=problem_key)),
        files=len(jobs),
        suppressed=sum(linted.suppressed for linted in done.values()),
        excerpts={(path, line): text for path, linted in done.items() for line, text in linted.excerpts.items()},
    )


def _jobs(files: Sequence[SourceFile], settings: Settings, rules: Sequence[type[Rule]]) -> Iterator[Job]:
    selected = tuple(rule for rule in rules if rule.code in settings.codes)
    for file in files:
        ignored = ignored_codes(file.path, settings)
        yield Job(file, tuple(rule for rule in selected if rule.code not in ignored) if ignored else selected)


def _all(jobs: Sequence[Job], root: Path, processes: int | None) -> Iterator[tuple[Job, Linted]]:
    libraries = library_directories(root)
    project = Project(root, libraries)
    count = min(_processors() if processes is None else processes, MOST_PROCESSES)
    if count > 1 and _pays(jobs, processes):
        heavy: list[Job] = []
        for job in jobs:
            if _needs_parse(job, project):
                heavy.append(job)
            else:
                yield job, Linted()
        if _pays(heavy, processes):
            yield from _pooled(heavy, min(count, len(heavy)), root, libraries)
            return
        jobs = heavy
    with _few_collections():
        for job in jobs:
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


def _check(job: Job, project: Project) -> Linted:
    try:
        source = job.file.read()
    except OSError as error:
        return _failed(job, f"cannot be read: {error.strerror or error}")
    return lint(job.file.path, job.file.display_path, source, job.rules, project)


def _failed(job: Job, message: str) -> Linted:
    return Linted(problems=(Problem(job.file.display_path, message),))


def _pooled(jobs: Sequence[Job], processes: int, root: Path, libraries: Sequence[Path]) -> Iterator[tuple[Job, Linted]]:
    """Share the files out, the largest first so that no process is left with one at the end.

    Few files are handed out at a time: when a process dies, only those can be to blame, and they are tried again
    each in a process of its own.
    """
    waiting = deque(sorted(jobs, key=lambda job: (-_size(job), job.file.display_path)))
    while waiting:
        running: dict[Future[Linted], Job] = {}
        with _executor(processes, root, libraries) as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < 2 * processes:
                        running[pool.submit(_check_in_worker, waiting[0])] = waiting[0]
                        waiting.popleft()
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        linted = future.result()
                        yield running.pop(future), linted
            except BrokenProcessPool:
                suspects = list(running.values()) or [waiting.popleft()]  # not a second time in the same way
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            else:
                suspects = []
        for suspect in suspects:
            yield suspect, _check_alone(suspect, root, libraries)


def _check_alone(job: Job, root: Path, libraries: Sequence[Path]) -> Linted:
    try:
        with _executor(1, root, libraries) as pool:
            return pool.submit(_check_in_worker, job).result()
    except BrokenProcessPool:
        return _failed(job, "the process that checked this file died (out of memory, or a crash of the parser)")


_worker_project: Project | None = None


def _executor(processes: int, root: Path, libraries: Sequence[Path]) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, initializer=_start_worker, initargs=(root, libraries))


def _start_worker(root: Path, libraries: Sequence[Path]) -> None:
    global _worker_project
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent stops them all
    gc.disable()  # as `_few_collections` says
    _worker_project = Project(root, libraries)


def _check_in_worker(job: Job) -> Linted:
    assert _worker_project is not None
    linted = _check(job, _worker_project)
    _collect()
    return linted
