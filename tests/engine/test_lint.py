"""One file through the rules: what is found, and what becomes of files and rules that fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.fakes import BadCall, CrashingRule, DecoratedRule, MehCall, PoorCall, ProvenCall
from torchmodlint.analysis.project import Project
from torchmodlint.core.finding import Problem, Related, Severity, Span, Subject
from torchmodlint.engine.lint import lint
from torchmodlint.engine.linted import Linted
from torchmodlint.rules.base import Rule

RULES: tuple[type[Rule], ...] = (BadCall, PoorCall)


def linted(source: str | bytes, *rules: type[Rule], noqa: bool = True) -> Linted:
    data = source.encode() if isinstance(source, str) else source
    return lint(Path("net.py"), "net.py", data, rules or RULES, Project(Path.cwd()), noqa=noqa)


def places(result: Linted) -> list[tuple[int, int, str]]:
    return [(finding.line, finding.column, finding.code) for finding in result.findings]


def test_findings_are_sorted_and_complete() -> None:
    result = linted("poor()\nx = [bad(), poor()]\n")
    assert places(result) == [(1, 1, "TML911"), (2, 6, "TML910"), (2, 13, "TML911")]
    finding = result.findings[1]
    assert finding.span == Span(2, 6, 2, 11)
    assert (finding.path, finding.name, finding.severity) == ("net.py", "bad-call", Severity.ERROR)
    assert finding.message == "`bad()` is called"
    assert finding.subject == Subject(function="bad")
    assert result.excerpts == {1: "poor()", 2: "x = [bad(), poor()]"}


def test_proofs_become_related_places_and_lines_in_the_message() -> None:
    (finding,) = linted("x = 1\ny = [first()]\nsecond()\n", ProvenCall).findings
    assert finding.message == "`{second}()` is called after line 2"
    assert finding.related == (Related(2, 6, "called here"),)


def test_file_without_triggers_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torchmodlint.engine.lint.parse", None)
    assert linted("nothing_of_interest(1)\n") == Linted()


def test_file_without_triggers_is_still_python() -> None:
    (problem,) = linted("fine = 1\nthis is no Python at all (\n").problems
    assert problem.line == 2
    assert problem.message.startswith("syntax error")


def test_syntax_newer_than_this_python_is_no_error() -> None:
    assert linted("type Width = int\n") == Linted()


def test_no_rules_find_nothing() -> None:
    assert lint(Path("a.py"), "a.py", b"bad()\n", (), Project(Path.cwd())) == Linted()


def test_suppressed_findings_are_counted() -> None:
    result = linted("bad()  # noqa: TML910\npoor()  # noqa: TML910\n")
    assert places(result) == [(2, 1, "TML911")]
    assert result.suppressed == 1
    assert len(linted("bad()  # noqa\n", noqa=False).findings) == 1


def test_decorated_class_is_silenced_above_its_decorators() -> None:
    source = "# noqa: TML950\n@one\n@two\nclass A:\n    pass\n"
    assert linted(source, DecoratedRule).suppressed == 1
    assert linted(source.replace("# noqa: TML950", "#"), DecoratedRule).findings[0].line == 4


def test_skipped_file_is_not_even_parsed() -> None:
    assert linted("# torchmodlint: skip-file\nbad(\n") == Linted()


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xef\xbb\xbfbad()\n", id="byte order mark"),
        pytest.param(b"\xef\xbb\xbf# coding: utf-8\rbad()\r", id="mark, coding and lone CR"),
        pytest.param(b"\x0cbad()\n", id="form feed"),
        pytest.param("# coding: latin-1\né = bad()\n".encode("latin-1"), id="latin-1"),
        pytest.param("# coding: cp932\nx = '表' + bad()\n".encode("cp932"), id="cp932"),
    ],
)
def test_odd_but_good_files(source: bytes) -> None:
    result = linted(source)
    assert result.problems == ()
    assert len(result.findings) == (1 if source else 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_give_the_same_places(end: str) -> None:
    result = linted(f"x = 1{end}y = bad(){end}")
    assert places(result) == [(2, 5, "TML910")]
    assert result.excerpts == {2: "y = bad()"}


def test_columns_count_characters() -> None:
    assert places(linted("x = '日本語', bad()\n")) == [(1, 12, "TML910")]


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        (b"bad()\nx = (\n", "syntax error: '(' was never closed", 2),
        (b"bad()\nif 1:\nx = 2\n", "syntax error: expected an indented block after 'if' statement on line 2", 3),
        (b"bad()\nx = '\xff'\n", "cannot be decoded", 2),
        (b"# coding: rotten\nbad()\n", "cannot be decoded: unknown encoding: rotten", None),
        (b"# coding: hex\nbad()\n", "cannot be decoded: ", None),
        (b"# coding: ascii\nbad()\nx = '\xe9'\n", "cannot be decoded as ascii: ordinal not in range(128)", 3),
    ],
)
def test_unreadable_file_is_a_problem_with_its_line(source: bytes, message: str, line: int | None) -> None:
    result = linted(source)
    assert result.findings == ()
    [problem] = result.problems
    assert problem.message.startswith(message)
    assert (problem.path, problem.line) == ("net.py", line)


def test_null_byte_is_a_problem() -> None:
    [problem] = linted(b"bad()\nx = 1\x00\n").problems
    assert problem.path == "net.py"


def test_hostile_nesting_is_a_problem() -> None:
    [problem] = linted("bad()\nx = " + "[" * 5000 + "]" * 5000 + "\n").problems
    assert "nested" in problem.message


def test_crashing_rule_is_named_and_all_else_survives() -> None:
    result = linted("crash()\nbad()\ncrash(1)\ncrash()\nbad()\n", CrashingRule, BadCall)
    assert places(result) == [(1, 1, "TML930"), (2, 1, "TML910"), (5, 1, "TML910")]
    [problem] = result.problems
    assert problem.path == "net.py"
    assert problem.message.startswith(
        "rule TML930 (crashing-rule) failed: ZeroDivisionError: no such number (fakes.py:"
    )


def test_failing_analysis_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bool:
        raise KeyError("lost")

    monkeypatch.setattr(Project, "worth_parsing", fail)
    [problem] = linted("bad()\n", MehCall).problems
    assert problem == Problem("net.py", problem.message)
    assert problem.message.startswith("the analysis failed: KeyError: 'lost' (test_lint.py:")
