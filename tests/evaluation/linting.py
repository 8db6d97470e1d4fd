"""The linter run over packages of the corpus, each package as a project of its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.evaluation.labels import Place
from torchmodlint.analysis.project import Project
from torchmodlint.engine.lint import lint
from torchmodlint.engine.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from torchmodlint.rules.base import Rule


@dataclass(frozen=True)
class Job:
    """One package: its folder, the files to lint relative to it, and the codes wanted."""

    folder: Path
    paths: tuple[str, ...]
    codes: frozenset[str]


@dataclass(frozen=True)
class Outcome:
    """What a package gave: the message of each place with a finding, and what could not be checked."""

    messages: dict[Place, str]
    problems: tuple[str, ...]


def rules_for(codes: frozenset[str]) -> tuple[type[Rule], ...]:
    """The rules that are on by default and those of `codes`: rules may give way to each other, so none is left out."""
    return tuple(rule for rule in all_rules() if rule.default or rule.code in codes)


def lint_packages(jobs: Sequence[Job], processes: int) -> Iterable[Outcome]:
    """The outcome of each job, in their order; `processes` of them at a time."""
    if processes == 1:
        yield from map(lint_package, jobs)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(lint_package, jobs)


def lint_package(job: Job) -> Outcome:
    """Lint the job's files, each read from disk; findings of other codes than the job's are dropped."""
    project = Project(job.folder)
    rules = rules_for(job.codes)
    messages: dict[Place, str] = {}
    problems: list[str] = []
    for path in job.paths:
        file = job.folder / path
        try:
            source = file.read_bytes()
        except OSError as error:
            problems.append(f"{job.folder.name}/{path}: {error.strerror}")
            continue
        linted = lint(file, path, source, rules, project)
        for finding in linted.findings:
            if finding.code in job.codes:
                messages[Place(job.folder.name, path, finding.line, finding.code)] = finding.message
        problems += [f"{job.folder.name}/{path}:{problem.line or 1}: {problem.message}" for problem in linted.problems]
    return Outcome(messages, tuple(problems))


def files_of(folder: Path) -> tuple[str, ...]:
    """Every Python file of a package's folder, sorted, relative to it and with `/`."""
    return tuple(sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.py")))
