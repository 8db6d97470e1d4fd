"""Files through `lint`, in this process or in several, with the same result either way."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

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
WORTH_A_COLLECTION = 10_000  # objects: a tree has many more
MOST_PROCESSES = 61  # Windows can wait for no more


class Job(NamedTuple):
    """One file and the rules for it. With `noted` the outcome says what it rests on, so that it can be remembered."""

    file: SourceFile
    rules: tuple[type[Rule], ...]
    noted: bool = True


class Done(NamedTuple):
    """What a file gives; if it is to be noted and could be read, the digest of its content and what it rests on."""

    linted: Linted
    content: str = ""
    facts: frozenset[Fact] = frozenset()


def check_all(
    jobs: Sequence[Job], root: Path, libraries: Sequence[Path], processes: int | None
) -> Iterator[tuple[Job, Done]]:
    """Check the files. `processes=None` takes as many as there are processors, when there is enough to do."""
    project = Project(root, libraries)
    count = min(_processors() if processes is None else processes, MOST_PROCESSES)
    # The largest first: their trees take most memory, and what is remembered of other files comes on top of that.
    waiting = deque(sorted(jobs, key=size_of, reverse=True))
    if count > 1 and _pays(jobs, processes):
        heavy: list[Job] = []
        while waiting and not (_pays(heavy, processes) and len(heavy) >= count):
            job = waiting.popleft()
            if _needs_parse(job, project):
                heavy.append(job)
            else:
                yield job, check(job, project)
        if waiting or _pays(heavy, processes):
            from torchmodlint.engine.pool import pooled  # what it needs takes a tenth of the time to start

            yield from pooled([*heavy, *waiting], count, root, libraries)
            return
        waiting.extend(heavy)
    with _few_collections():
        for job in waiting:
            collect()
            yield job, check(job, project)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Without Python's garbage collection, which looks for cycles where there are none.

    A syntax tree has some hundred thousand nodes and no cycle; going through them again and again costs 7% of the
    time of a run. The few cycles that a file leaves behind are all young when it is done, and are collected before the
    next one; what has been imported until then is left out of it.
    """
    enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


def collect() -> None:
    """Free the cycles that files have left behind, once they may hold a tree."""
    if gc.get_count()[0] > WORTH_A_COLLECTION:
        gc.collect(0)


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pays(jobs: Sequence[Job], processes: int | None) -> bool:
    """Is this enough work for several processes? When their number was asked for, any work is."""
    return len(jobs) > 1 and (processes is not None or sum(size_of(job) for job in jobs) > WORTH_A_POOL)


def size_of(job: Job) -> int:
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


def check(job: Job, project: Project) -> Done:
    file = job.file
    try:
        source = file.read()
    except OSError as error:
        return Done(failed(job, f"cannot be read: {error.strerror or error}"))
    record = project.ledger.record if job.noted else project.ledger.pass_over
    linted, facts = record(lambda: lint(file.path, file.display_path, source, job.rules, project))
    if file.source is None:
        project.source(file.path).release()  # or all texts of a project would be in memory in the end
    return Done(linted, content_digest(source) if job.noted else "", facts)


def failed(job: Job, message: str) -> Linted:
    return Linted(problems=(Problem(job.file.display_path, message),))
