"""A whole run: what is known already from the cache, every other file through `lint`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from torchmodlint.core.result import Result, problem_key
from torchmodlint.core.settings import Settings
from torchmodlint.engine.cache import ResultCache
from torchmodlint.engine.files import Gathered, SourceFile, ignored_codes
from torchmodlint.engine.libraries import library_directories
from torchmodlint.engine.linted import NOTHING, Linted

if TYPE_CHECKING:  # it takes longer to import than a run in which nothing has changed
    from torchmodlint.rules.base import Rule

OnDone = Callable[[int, int], None]  # (files done, all files)


def run(
    gathered: Gathered,
    settings: Settings,
    rules: Callable[[], Sequence[type[Rule]]],
    *,
    processes: int | None = None,
    cache: Path | None = None,
    on_done: OnDone = lambda done, total: None,
) -> Result:
    """Check the files. `rules` is called when one has to be linted, and `cache` is where to remember results.

    `processes=None` takes as many as there are processors, when there is enough to do.
    """
    files = gathered.files
    libraries = library_directories(settings.root)
    memory = ResultCache(cache, settings.root, settings.codes, libraries) if cache is not None else None
    done: dict[str, Linted] = {}
    rest: list[tuple[SourceFile, frozenset[str]]] = []
    for file in files:
        ignored = ignored_codes(file.location, settings)
        given = _digest(file.source) if file.source is not None else None
        known = memory.get(file.location, file.display_path, ignored, given) if memory is not None else None
        if known is None:
            rest.append((file, ignored))
        else:
            done[file.display_path] = known
            on_done(len(done), len(files))
    remembered = len(done)
    if rest:
        from torchmodlint.engine.checking import Job, check_all

        selected = [rule for rule in rules() if rule.code in settings.codes]
        jobs = [
            Job(file, tuple(rule for rule in selected if rule.code not in ignored), noted=memory is not None)
            for file, ignored in rest
        ]
        for job, one in check_all(jobs, settings.root, libraries, processes):
            file = job.file
            done[file.display_path] = one.linted
            if memory is not None and one.content:
                ignored = ignored_codes(file.location, settings)
                memory.put(file.location, ignored, one.content, one.linted, one.facts, on_disk=file.source is None)
            on_done(len(done), len(files))
    if memory is not None:
        memory.save()
    telling = {path: linted for path, linted in done.items() if linted is not NOTHING}
    problems = [*gathered.problems, *(problem for linted in telling.values() for problem in linted.problems)]
    return Result(
        findings=tuple(sorted(finding for linted in telling.values() for finding in linted.findings)),
        problems=tuple(sorted(problems, key=problem_key)),
        files=len(files),
        suppressed=sum(linted.suppressed for linted in telling.values()),
        excerpts={(path, line): text for path, linted in telling.items() for line, text in linted.excerpts.items()},
        remembered=remembered,
    )


def _digest(source: bytes) -> str:
    """The digest of a text that came through stdin."""
    from torchmodlint.engine.present import content_digest

    return content_digest(source)
