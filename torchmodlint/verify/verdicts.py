"""Findings in, verdicts out: the files are read, the interpreter found, and what is not remembered is asked."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from torchmodlint.analysis.decoding import decode
from torchmodlint.core.finding import Finding
from torchmodlint.core.result import Result, Verification
from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.verify.cache import Cache, surroundings
from torchmodlint.verify.interpreter import Interpreter, find
from torchmodlint.verify.targets import jobs
from torchmodlint.verify.wire import FileJob, Options, PackageJob, Question

if TYPE_CHECKING:
    from torchmodlint.verify.pool import Answers

OnAnswer = Callable[[int, int], None]  # (verdicts there, all findings)

SLOW = 0.25  # of the time for a finding: what took longer may have been cut short


@dataclass(frozen=True)
class Examined:
    """One verdict for each finding, in order, and under which circumstances they were found."""

    verdicts: tuple[Verdict, ...]
    verification: Verification


def verify(
    findings: Sequence[Finding],
    root: Path | None = None,
    *,
    python: str | None = None,
    options: Options | None = None,
    texts: Mapping[str, str] | None = None,
    examples: Mapping[str, str] | None = None,
    cache: Path | None = None,
) -> list[Verdict]:
    """One verdict for each finding, in order. Runs the code of their files in other processes.

    `root` is the project's directory (default: the working directory), `python` an interpreter or virtual environment
    that has torch, `texts` sources that are not those on disk, by the path of the finding, `examples` ways to build
    classes by "pkg.net.Net", `cache` a directory to remember verdicts in (default: none are). Raises NoInterpreter and
    WorkerUnavailable when nothing could be asked; whatever goes wrong with one finding makes it inconclusive.
    """
    examined = examine(findings, root or Path.cwd(), python, options or Options(), texts, examples, cache=cache)
    return list(examined.verdicts)


def examine(
    findings: Sequence[Finding],
    root: Path,
    python: str | None,
    options: Options,
    texts: Mapping[str, str] | None = None,
    examples: Mapping[str, str] | None = None,
    *,
    cache: Path | None = None,
    processes: int | None = None,
    on_answer: OnAnswer = lambda done, total: None,
    on_start: Callable[[Interpreter], None] = lambda interpreter: None,
) -> Examined:
    """The same, with the circumstances. `on_start` is told whose torch is asked, `on_answer` how far it is."""
    interpreter = find(root, python)
    on_start(interpreter)
    sources = {path: _text(path, texts or {}) for path in dict.fromkeys(finding.path for finding in findings)}
    readable = {path: text for path, text in sources.items() if isinstance(text, str)}
    positions = [index for index, finding in enumerate(findings) if finding.path in readable]
    packages = jobs([findings[index] for index in positions], root, readable, examples)
    memory = _Memory(_cache(cache, root, interpreter, options, packages), packages)
    found = memory.found()
    cached, left = len(found), list(_without(packages, found))
    done = len(findings) - len(positions) + cached
    on_answer(done, len(findings))
    answers: Answers | None = None
    if left:
        from torchmodlint.verify.pool import ask

        counter = count(done + 1)
        answers = ask(
            left,
            interpreter.path,
            options,
            processes=processes,
            on_answer=lambda *_: on_answer(next(counter), len(findings)),
        )
        memory.keep(answers.verdicts, SLOW * options.timeout)
        found |= answers.verdicts
    of_findings = {index: found.get(position, NO_ANSWER) for position, index in enumerate(positions)}
    verdicts = tuple(
        text if isinstance(text := sources[finding.path], Verdict) else of_findings[index]
        for index, finding in enumerate(findings)
    )
    return Examined(verdicts, _verification(verdicts, interpreter, answers, cached))


def _verification(
    verdicts: Sequence[Verdict], interpreter: Interpreter, answers: Answers | None, cached: int
) -> Verification:
    counts = Counter(verdict.outcome for verdict in verdicts)
    return Verification(
        confirmed=counts[Outcome.CONFIRMED],
        refuted=counts[Outcome.REFUTED],
        inconclusive=counts[Outcome.INCONCLUSIVE],
        python=answers.python if answers else interpreter.python,
        executable=str(interpreter.path),
        torch=answers.torch if answers else interpreter.torch,
        device=answers.device if answers else "",
        layers=tuple(answers.layers) if answers else (),
        cached=cached,
    )


NO_ANSWER = Verdict(Outcome.INCONCLUSIVE, Reason.CRASHED, "the process that was asked gave no answer")


def _text(path: str, texts: Mapping[str, str]) -> str | Verdict:
    """What is to be run, or why that cannot be."""
    if path.endswith(".pyi"):
        return Verdict(Outcome.INCONCLUSIVE, Reason.UNSUPPORTED, "a stub file holds no code that could be run")
    if path in texts:
        return texts[path]
    try:
        return decode(Path(path).read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
    except (SyntaxError, ValueError, LookupError) as error:
        reason = str(error)
    return Verdict(Outcome.INCONCLUSIVE, Reason.NOT_IMPORTABLE, f"{path} cannot be read: {reason}")


class _Memory:
    """The cache in one run, or none."""

    def __init__(self, cache: Cache | None, packages: Sequence[PackageJob]) -> None:
        self._cache = cache
        self._keys: dict[int, str] = {}
        self._classes: dict[int, tuple[str, str | None]] = {}
        if cache is None:
            return
        for package, job, question in _questions(packages):
            self._keys[question.id] = cache.key(package, job, question)
            self._classes[question.id] = (job.path, question.owner)

    def found(self) -> dict[int, Verdict]:
        """The verdicts that are remembered."""
        if self._cache is None:
            return {}
        remembered = {identity: self._cache.get(key) for identity, key in self._keys.items()}
        return {identity: verdict for identity, verdict in remembered.items() if verdict is not None}

    def keep(self, verdicts: Mapping[int, Verdict], slow: float) -> None:
        """Remember new verdicts, but not the inconclusive ones of a class for which one took longer than `slow`.

        A search may have run out of time on a busy machine, and all questions about a class share it.
        """
        if self._cache is None:
            return
        hurried = {self._classes[each] for each, verdict in verdicts.items() if verdict.seconds > slow}
        for identity, verdict in verdicts.items():
            if verdict.outcome is not Outcome.INCONCLUSIVE or self._classes[identity] not in hurried:
                self._cache.put(self._keys[identity], verdict)
        self._cache.prune()


def _cache(
    folder: Path | None, root: Path, interpreter: Interpreter, options: Options, packages: Sequence[PackageJob]
) -> Cache | None:
    """The cache; None when none is wanted, or when a verdict might rest on sources that it does not compare."""
    home = Path(os.path.realpath(root))
    if folder is None or not all(
        Path(os.path.realpath(job.path)).is_relative_to(home) for package in packages for job in package.files
    ):
        return None
    around = surroundings([root, *interpreter.sources])
    return None if around is None else Cache(folder, around, interpreter, options)


def _questions(packages: Sequence[PackageJob]) -> Iterator[tuple[PackageJob, FileJob, Question]]:
    for package in packages:
        for job in package.files:
            for question in job.questions:
                yield package, job, question


def _without(packages: Sequence[PackageJob], answered: Mapping[int, Verdict]) -> Iterator[PackageJob]:
    """What is left to ask: questions, files and packages with nothing in them are dropped."""
    for package in packages:
        left = [
            replace(job, questions=tuple(one for one in job.questions if one.id not in answered))
            for job in package.files
        ]
        files = tuple(job for job in left if job.questions)
        if files:
            yield replace(package, files=files)


def joined(result: Result, examined: Examined, *, show_refuted: bool = False, only_confirmed: bool = False) -> Result:
    """The result with its verdicts: what was refuted is no finding any more."""
    judged = [
        replace(finding, verdict=verdict) for finding, verdict in zip(result.findings, examined.verdicts, strict=True)
    ]
    kept = {Outcome.CONFIRMED} if only_confirmed else {Outcome.CONFIRMED, Outcome.INCONCLUSIVE}
    return replace(
        result,
        findings=tuple(each for each in judged if each.verdict is not None and each.verdict.outcome in kept),
        acquitted=tuple(
            each
            for each in judged
            if show_refuted and each.verdict is not None and each.verdict.outcome is Outcome.REFUTED
        ),
        verification=examined.verification,
    )
