"""`python -m tests.benchmarks same PACKAGE...`: are the findings the same however they are looked for?

With several hash seeds, in one process and in two, remembered and anew, in any order of files, with every file parsed,
and in flake8. All rules run, those that are off by default too. The exit code is 1 when something differs.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from warnings import catch_warnings, simplefilter

from tests.benchmarks.processes import environment, linting
from torchmodlint.analysis.project import Project, Trigger
from torchmodlint.core.result import problem_key
from torchmodlint.core.settings import Settings
from torchmodlint.engine.files import SourceFile, gather
from torchmodlint.engine.libraries import library_directories
from torchmodlint.engine.lint import lint
from torchmodlint.engine.registry import all_rules

Found = tuple[str, int, int, str, str]  # path, line, column, code, message
COMMAND, FLAKE8 = "the command", "flake8"
PROBLEM = "problem"  # in place of a code


class ParsesAll(Project):
    """A project whose files are all worth parsing: the linter without its prefilter."""

    def worth_parsing(self, path: Path, text: str, triggers: Iterable[Trigger]) -> bool:
        return True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("packages", type=Path, nargs="+", metavar="PACKAGE")


def main(options: argparse.Namespace) -> int:
    print("| package | files | findings | ways | different |")
    print("|---|---|---|---|---|")
    failed = False
    for folder in options.packages:
        with TemporaryDirectory() as temporary:
            project = Path(temporary).resolve()
            copied(folder, project / folder.resolve().name)
            found = {name: look() for name, look in ways(project).items()}
            expected = found[COMMAND]
            different = {name: set(one) ^ set(expected) for name, one in found.items() if one != expected}
            count = len(files_of(project))
            names = ", ".join(different) or "none"
            print(f"| {folder.resolve().name} | {count} | {len(expected)} | {len(found)} | {names} |", flush=True)
            for name, some in different.items():
                print(*(f"{name}: {one}" for one in sorted(some)), sep="\n", file=sys.stderr)
                failed = True
    return int(failed)


def copied(folder: Path, copy: Path) -> None:
    """Copy a package without what is not its source, so that what is remembered of it goes with the copy."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", ".*", "*.so"))


def ways(folder: Path) -> dict[str, Callable[[], Sequence[Found]]]:
    """The ways to look for findings, each a function that gives them in their order; `COMMAND` is the plain one."""
    forwards = files_of(folder)
    mixed = Random(folder.name).sample(forwards, len(forwards))
    return {
        COMMAND: partial(by_command, folder, "0"),
        "another hash seed": partial(by_command, folder, "1"),
        "two processes": partial(by_command, folder, "2", processes=2),
        "remembering": partial(by_command, folder, "3", cached=True),
        "remembered": partial(by_command, folder, "4", cached=True),
        "backwards": partial(by_lint, folder, forwards[::-1], Project),
        "in mixed order": partial(by_lint, folder, mixed, Project),
        "every file parsed": partial(by_lint, folder, forwards, ParsesAll),
        FLAKE8: partial(by_flake8, folder),
    }


def files_of(folder: Path) -> Sequence[SourceFile]:
    """The files that the command would check."""
    return gather((".",), Settings(root=folder, base=folder, codes=frozenset()), folder).files


def by_command(folder: Path, seed: str, *, processes: int = 1, cached: bool = False) -> Sequence[Found]:
    """With the command, in a process of its own."""
    command = linting("--select", "ALL", "--output-format", "json", processes=processes, cached=cached)
    report = json.loads(_output(command, folder, seed))
    found = [(one["path"], one["line"], one["column"], one["code"], one["message"]) for one in report["findings"]]
    return [*found, *((one["path"], one["line"] or 0, 0, PROBLEM, one["message"]) for one in report["errors"])]


def by_lint(folder: Path, files: Iterable[SourceFile], project_type: type[Project]) -> Sequence[Found]:
    """In this process, one file after the other in the order given."""
    project = project_type(folder, library_directories(folder))
    linted = [lint(file.path, file.display_path, file.read(), all_rules(), project) for file in files]
    found = sorted(finding for one in linted for finding in one.findings)
    problems = sorted((problem for one in linted for problem in one.problems), key=problem_key)
    return [
        *((one.path, one.line, one.column, one.code, one.message) for one in found),
        *((one.path or "", one.line or 0, 0, PROBLEM, one.message) for one in problems),
    ]


def by_flake8(folder: Path) -> Sequence[Found]:
    """With flake8's own command, in two processes; what it leaves to others is added.

    It reports syntax errors in its own words, and asks no plugin about a file that this Python is too old for.
    """
    marks = "%(path)s\t%(row)d\t%(col)d\t%(code)s\t%(text)s"
    files = files_of(folder)
    names = [file.path.relative_to(folder).as_posix() for file in files]
    options = ["--isolated", "--jobs", "2", "--select", "TML", "--format", marks]
    lines = _output([sys.executable, "-m", "flake8", *options, *names], folder, "5").splitlines()
    others = by_lint(folder, [file for file in files if not _is_parsed_here(file)], Project)
    found = sorted([*map(_read, lines), *(one for one in others if one[3] != PROBLEM)])
    return [*found, *(one for one in others if one[3] == PROBLEM)]


def _is_parsed_here(file: SourceFile) -> bool:
    try:
        with catch_warnings():
            simplefilter("ignore")
            ast.parse(file.read())
    except (SyntaxError, ValueError):
        return False
    return True


def _read(line: str) -> Found:
    path, row, column, code, message = line.split("\t")
    return path, int(row), int(column), code, message


def _output(command: Sequence[str], folder: Path, seed: str) -> str:
    variables = {**environment(), "PYTHONHASHSEED": seed}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 2):
        raise SystemExit(f"{' '.join(command)} in {folder}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout
