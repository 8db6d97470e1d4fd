"""The heart of the linter: the bytes of one file and some rules -> sorted findings. Reads no files, prints nothing."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from symtable import symtable
from traceback import extract_tb

import libcst as cst

from torchmodlint.analysis.decoding import decode
from torchmodlint.analysis.depth import TooDeepError
from torchmodlint.analysis.facts import FileFacts
from torchmodlint.analysis.guard import too_deep
from torchmodlint.analysis.parsing import parse_module
from torchmodlint.analysis.positions import locate
from torchmodlint.analysis.project import Project, Trigger, occurs
from torchmodlint.analysis.walk import walk
from torchmodlint.core.finding import Finding, Problem, Related, Span
from torchmodlint.engine.linted import Linted
from torchmodlint.engine.suppress import Suppressions, silences_file, split_lines, suppressions
from torchmodlint.rules.base import Raised, Rule

TOO_DEEP = "nested too deeply to be checked"


NOTHING_TO_FIND = Linted()  # the outcome for a file that was not parsed


class Unreadable(Exception):
    """The file cannot be checked; `problem` says why and where."""

    def __init__(self, display_path: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(display_path, message, line)


def lint(
    path: Path,
    display_path: str,
    source: bytes,
    rules: Sequence[type[Rule]],
    project: Project,
    *,
    noqa: bool = True,
) -> Linted:
    """Check one file. Whatever fails becomes a Problem; `noqa=False` leaves the noqa comments to flake8."""
    try:
        text = read(display_path, source)
    except Unreadable as reason:
        return Linted(problems=(reason.problem,))
    linted = lint_text(path, display_path, text, rules, project, noqa=noqa)
    if linted is not NOTHING_TO_FIND:
        return linted
    problems = syntax_problems(display_path, text)
    return Linted() if not problems or silences_file(text, noqa=noqa) else Linted(problems=problems)


def lint_text(
    path: Path,
    display_path: str,
    text: str,
    rules: Sequence[type[Rule]],
    project: Project,
    *,
    noqa: bool = True,
) -> Linted:
    """The same for text that has been decoded already, without a byte order mark."""
    try:
        if not is_candidate(path, text, rules, project) or silences_file(text, noqa=noqa):
            return NOTHING_TO_FIND
        tree = parse(display_path, text)
    except Unreadable as reason:
        return Linted(problems=(reason.problem,))
    except Exception as error:
        return Linted(problems=(Problem(display_path, _crash("the analysis", error)),))
    examined = Examination(path, display_path, text, tree, project)
    examined.run(rules)
    return examined.result(noqa=noqa)


def read(display_path: str, source: bytes) -> str:
    """The text of a file. Raises Unreadable when its declared encoding is unknown or its bytes do not fit it."""
    try:
        return decode(source)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Unreadable(display_path, f"cannot be decoded as {error.encoding}: {error.reason}", line) from error
    except (SyntaxError, LookupError, ValueError) as error:
        raise Unreadable(display_path, f"cannot be decoded: {error}") from error


def is_candidate(path: Path, text: str, rules: Sequence[type[Rule]], project: Project) -> bool:
    """May any of the rules find something here? Costs a scan of the text instead of a parse."""
    if not rules:
        return False
    triggers, looking = _triggers(tuple(rules))
    return project.worth_parsing(path, text, triggers) or any(
        occurs(text, rule.triggers) and any(look(project, project.source(path, text), text) for look in rule.looks)
        for rule in looking
    )


@lru_cache(maxsize=16)
def _triggers(rules: tuple[type[Rule], ...]) -> tuple[frozenset[Trigger], tuple[type[Rule], ...]]:
    """The triggers that settle it, and the rules that take a closer look where theirs occur."""
    settling = frozenset(trigger for rule in rules if not rule.looks for trigger in rule.triggers)
    return settling, tuple(rule for rule in rules if rule.looks)


def syntax_problems(display_path: str, text: str) -> tuple[Problem, ...]:
    """The syntax error of a file that no rule had to look at, if there is one.

    Python's own parser takes a twentieth of the time of LibCST's, and of all that it is used for, a symbol table is
    made fastest. Where it refuses, LibCST has the last word, because it knows the syntax of newer versions too.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable(text, display_path, "exec")
    except (SyntaxError, ValueError):
        try:
            parse(display_path, text)
        except Unreadable as reason:
            return (reason.problem,)
    except (RecursionError, MemoryError):
        pass  # too deep for Python's parser here, and nothing to find in it
    return ()


def parse(display_path: str, text: str) -> cst.Module:
    """The syntax tree. Raises Unreadable, with the line, for text that is no Python or nested beyond all reason."""
    reason = too_deep(text)
    if reason is not None:
        raise Unreadable(display_path, reason)
    try:
        return parse_module(text)
    except cst.ParserSyntaxError as error:
        raise _syntax_problem(display_path, text, error) from error
    except RecursionError as error:
        raise Unreadable(display_path, TOO_DEEP) from error
    except BaseException as error:
        # A panic of the native parser is no Exception, but says no more than that this one file cannot be read.
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        raise Unreadable(display_path, f"cannot be parsed: {type(error).__name__}: {error}") from error


def _syntax_problem(display_path: str, text: str, error: cst.ParserSyntaxError) -> Unreadable:
    """Python's own parser words the error better than LibCST, unless it is too old to see an error at all."""
    try:
        ast.parse(text)
    except SyntaxError as python_error:
        return Unreadable(display_path, f"syntax error: {python_error.msg}", python_error.lineno)
    except (ValueError, RecursionError, MemoryError):
        pass
    message = error.message
    place = re.search(r"error at (\d+):\d+: ", message)
    if place is None:
        return Unreadable(display_path, f"syntax error: {message}")
    return Unreadable(display_path, f"syntax error: {message[place.end() :]}", int(place[1]))


class Examination:
    """The rules at work on one parsed file."""

    def __init__(self, path: Path, display_path: str, text: str, tree: cst.Module, project: Project) -> None:
        self.path = path
        self.display_path = display_path
        self.text = text
        self.tree = tree
        self.project = project
        self.raised: list[Raised] = []
        self.problems: list[Problem] = []

    def run(self, rules: Sequence[type[Rule]]) -> None:
        """Walk the tree with all rules at once. One that crashes keeps what it found so far; the others go on."""
        try:
            with FileFacts(self.path, self.text, self.tree, self.project) as facts:
                visitors = [rule(facts, self.raised.append) for rule in rules]
                walk(self.tree, [facts.context, *visitors], on_error=self._crashed)
        except (RecursionError, TooDeepError):
            self._fail(TOO_DEEP)
        except Exception as error:
            self._fail(_crash("the analysis", error))

    def _crashed(self, visitor: cst.BatchableCSTVisitor, error: Exception) -> None:
        if not isinstance(visitor, Rule):
            raise error  # without their context the rules would guess
        self._fail(_crash(f"rule {visitor.code} ({visitor.name})", error))

    def result(self, *, noqa: bool) -> Linted:
        """Positions for what was raised, less what is silenced, in order."""
        try:
            nodes = [node for one in self.raised for node in (one.node, *(proof.node for proof in one.proofs))]
            spans = iter(locate(self.tree, nodes))
            found = sorted(self._finding(one, [next(spans) for _ in range(1 + len(one.proofs))]) for one in self.raised)
        except (RecursionError, TooDeepError):
            self._fail(TOO_DEEP)
            found = []
        except Exception as error:
            self._fail(_crash("locating the findings", error))
            found = []
        silenced = suppressions(self.text, noqa=noqa) if found else Suppressions()
        kept = tuple(finding for finding in found if not silenced.covers(finding))
        lines = split_lines(self.text) if kept else ()
        excerpts = {finding.line: lines[finding.line - 1] for finding in kept if finding.line <= len(lines)}
        return Linted(kept, tuple(self.problems), len(found) - len(kept), excerpts)

    def _finding(self, one: Raised, spans: Sequence[Span]) -> Finding:
        """The finding, given the span of its own node and those of its proofs."""
        span, *others = spans
        rule = one.rule
        message = one.message(span.line, [other.line for other in others])
        related = tuple(
            Related(other.line, other.column, proof.message) for proof, other in zip(one.proofs, others, strict=True)
        )
        return Finding(
            self.display_path, span, rule.code, rule.name, rule.severity, message, one.subject, related=related
        )

    def _fail(self, message: str) -> None:
        self.problems.append(Problem(self.display_path, message))


def _crash(who: str, error: Exception) -> str:
    """A crash in the words of a bug report: what failed, how, and in which line of ours."""
    frames = extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{who} failed: {type(error).__name__}: {error}{where}; please report it"
