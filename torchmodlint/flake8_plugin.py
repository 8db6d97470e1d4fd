"""torchmodlint within flake8: the same findings at the same places as those of the command.

flake8 chooses the files, shows what its own `select` and `ignore` let through, and applies the noqa comments. Which
rules are looked for is said by our own configuration. flake8 imports this module whenever it starts, so LibCST and
everything that needs it are imported only once there are options to work with. With `--torchmodlint-verify` each
file's findings go through the verifier; its processes have pipes of their own, so flake8's output stays flake8's.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from torchmodlint import __version__

if TYPE_CHECKING:
    import argparse
    import ast

    from flake8.options.manager import OptionManager

    from torchmodlint.analysis.project import Project
    from torchmodlint.core.finding import Finding
    from torchmodlint.core.settings import Settings
    from torchmodlint.engine.cache import ResultCache
    from torchmodlint.engine.files import Excluded
    from torchmodlint.engine.linted import Linted
    from torchmodlint.rules.base import Rule

STDIN = "-"


class Plugin:
    """One file of a flake8 run; flake8 makes one for each. What they share is kept once per process."""

    name = "torchmodlint"
    version = __version__
    _run: ClassVar[Run | None] = None

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        # `tree` is not used, but asking for it is how flake8 knows that this plugin wants whole files that parse.
        self.filename = filename
        self.lines = lines

    @classmethod
    def add_options(cls, parser: OptionManager) -> None:
        """Tell flake8 which options there are."""
        parser.add_option(
            "--torchmodlint-verify",
            action="store_true",
            parse_from_config=True,
            help="Build what was found in another process, which runs your code, and leave out what is refuted.",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Read our configuration for the files that flake8 was given; a faulty one ends the run with its reasons."""
        cls._run = Run(options)

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Line, column counted from 0, text beginning with the code, and this class, as flake8 wants them."""
        run = type(self)._run
        if run is None:
            return
        for line, column, text in run.check(self.filename, "".join(self.lines)):
            yield line, column - 1, text, type(self)


class Run:
    """What the files of one flake8 run share: settings, what is remembered, rules and the project."""

    def __init__(self, options: argparse.Namespace) -> None:
        from torchmodlint.core.cache_folder import chosen
        from torchmodlint.engine.cache import ResultCache
        from torchmodlint.engine.files import Excluded
        from torchmodlint.engine.libraries import library_directories

        self.cwd = Path.cwd()
        self.settings: Settings = _settings(options, self.cwd)
        self.codes = self.settings.codes | _opted_in(options, self.settings)
        self.libraries = library_directories(self.settings.root)
        self.folder = chosen(self.settings.root, self.settings.cache_dir)
        self.cache: ResultCache = ResultCache(self.folder, self.settings.root, self.codes, self.libraries, noqa=False)
        self.on_disk = STDIN not in options.filenames
        self.saves = 0  # the process that will write down what is new
        self.excluded: Excluded = Excluded(self.settings)
        self.verifies: bool = options.torchmodlint_verify
        if self.verifies:
            _require_torch(self.settings)

    @cached_property
    def rules(self) -> tuple[type[Rule], ...]:
        """The rules that are asked for, imported when a file has to be linted."""
        from torchmodlint.engine.registry import all_rules

        return tuple(rule for rule in all_rules() if rule.code in self.codes)

    @cached_property
    def project(self) -> Project:
        """The project with its class index."""
        from torchmodlint.analysis.project import Project

        return Project(self.settings.root, self.libraries)

    def check(self, filename: str, text: str) -> Iterator[tuple[int, int, str]]:
        """Line, column and text of each finding; nothing for a file that our own configuration excludes."""
        path = os.path.abspath(self.cwd / filename)
        if self.excluded.anywhere(path, is_directory=False):
            return
        linted = self._linted(path, filename, text)
        for problem in linted.problems:
            # flake8 has codes of its own for what cannot be parsed; a rule that fails must not pass for a clean file.
            if not problem.message.startswith("syntax error"):
                warnings.warn(f"{filename}: {problem.message}", RuntimeWarning, stacklevel=2)
        findings = self._verified(filename, text, linted.findings) if self.verifies else linted.findings
        for finding in findings:
            yield finding.line, finding.column, f"{finding.code} {finding.message}{_evidence(finding)}"

    def _linted(self, path: str, filename: str, text: str) -> Linted:
        """What is remembered of a text, else what the rules say."""
        from torchmodlint.analysis.grounds import digest
        from torchmodlint.engine.files import ignored_codes

        ignored = ignored_codes(path, self.settings)
        content = digest(text)
        known = self.cache.get(path, filename, ignored, content)
        if known is not None:
            return known
        from torchmodlint.engine.lint import lint_text

        rules = [rule for rule in self.rules if rule.code not in ignored]
        linted, facts = self.project.ledger.record(
            lambda: lint_text(Path(path), filename, text, rules, self.project, noqa=False)
        )
        self.cache.put(path, ignored, content, linted, facts, on_disk=self.on_disk)
        self._save_in_the_end()
        return linted

    def _save_in_the_end(self) -> None:
        """flake8 says to nobody that a run is over, and each of its processes has results of its own."""
        if self.saves != os.getpid():
            self.saves = os.getpid()
            Finalize(None, self.cache.save, exitpriority=0)

    def _verified(self, filename: str, text: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The findings with their verdicts, less those that are refuted."""
        if not findings:
            return findings
        from torchmodlint.core.result import Result
        from torchmodlint.verify.interpreter import NoInterpreter
        from torchmodlint.verify.pool import WorkerUnavailable
        from torchmodlint.verify.verdicts import examine, joined
        from torchmodlint.verify.wire import Options

        options = Options(timeout=self.settings.verify_timeout, memory=self.settings.verify_memory)
        root, python, examples = self.settings.root, self.settings.python, self.settings.examples
        try:
            # flake8 has processes of its own, so each of them needs only one.
            examined = examine(
                findings, root, python, options, {filename: text}, examples, cache=self.folder, processes=1
            )
        except (NoInterpreter, WorkerUnavailable) as error:
            warnings.warn(f"{filename}: nothing was verified: {error}", RuntimeWarning, stacklevel=2)
            return findings
        return joined(Result(findings), examined).findings


def _evidence(finding: Finding) -> str:
    """What is added to the message of a confirmed finding."""
    if finding.verdict is None or finding.verdict.outcome.value != "confirmed":
        return ""
    from torchmodlint.report.verdicts import headline

    return f" [{headline(finding.verdict)}]"


def _require_torch(settings: Settings) -> None:
    """Say once and before anything else that nothing can be verified. Raises flake8's ExecutionError."""
    from torchmodlint.verify.interpreter import NoInterpreter, find

    try:
        find(settings.root, settings.python)
    except NoInterpreter as error:
        from flake8.exceptions import ExecutionError

        raise ExecutionError(f"torchmodlint: nothing can be verified: {error}") from error


def _settings(options: argparse.Namespace, cwd: Path) -> Settings:
    """Our own configuration, found as the command finds it for the same paths. Raises flake8's ExecutionError."""
    from torchmodlint.config import ConfigError, load
    from torchmodlint.core.result import describe
    from torchmodlint.engine.own_code import rule_ids

    names = [options.stdin_display_name if name == STDIN else name for name in options.filenames or ["."]]
    try:
        return load([Path(name) for name in names], rule_ids(), cwd)
    except ConfigError as error:
        from flake8.exceptions import ExecutionError

        reasons = "\n".join(f"torchmodlint: {describe(problem)}" for problem in error.problems)
        raise ExecutionError(reasons) from error


def _opted_in(options: argparse.Namespace, settings: Settings) -> frozenset[str]:
    """The opt-in codes that flake8's own select options name, unless our configuration ignores them as precisely.

    flake8 has a list of codes that are ignored by default, but a user's `ignore` replaces that list and so would turn
    on every opt-in rule. Hence such rules are not run at all before somebody asks for them.
    """
    from torchmodlint.core.selector import Selection, choose
    from torchmodlint.engine.own_code import rule_ids

    rules = rule_ids()
    named = [*(options.select or ()), *(options.extend_select or ())]
    ours = tuple(one for one in named if any(rule.code.startswith(one) for rule in rules))
    ignore = settings.written.get("ignore")
    layer = Selection(select=(), extend_select=ours, ignore=tuple(ignore) if isinstance(ignore, (list, tuple)) else ())
    return choose(rules, [layer]) & {rule.code for rule in rules if not rule.default}
