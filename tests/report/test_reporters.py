"""What each output format writes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.report.samples import EMPTY, ONE_LINE, RESULT, SEVERAL_LINES
from torchmodlint import __version__
from torchmodlint.core.finding import Problem, Severity, Span
from torchmodlint.core.result import Result
from torchmodlint.core.settings import OUTPUT_FORMATS
from torchmodlint.report.base import Style, statistics
from torchmodlint.report.formats import REPORTERS


def render(output_format: str, result: Result, style: Style | None = None) -> str:
    return REPORTERS[output_format].render(result, style or Style())


def test_every_output_format_has_its_reporter() -> None:
    assert tuple(REPORTERS) == OUTPUT_FORMATS


def test_text() -> None:
    assert render("text", RESULT) == (
        "pkg/net.py:12:9: TML113 `self.layers` holds modules, 100% unseen\n"
        "   |\n"
        "12 |         self.layers = [layer]\n"
        "   |         ^^^^^^^^^^^\n"
        "\n"
        "pkg/other.py:3:5: TML111 a tensor\n"
        "  |\n"
        "3 |     x = torch.zeros(\n"
        "  |        ^^^^^^^^^^^^^\n"
        "\n"
        "Found 2 findings in 2 of 120 files (3 suppressed, 2 errors).\n"
    )


def test_text_without_source_and_summary() -> None:
    assert render("text", RESULT, Style(show_source=False, summary=False)) == (
        "pkg/net.py:12:9: TML113 `self.layers` holds modules, 100% unseen\npkg/other.py:3:5: TML111 a tensor\n"
    )


@pytest.mark.parametrize(
    ("result", "summary"),
    [
        (EMPTY, "No findings in 1 file.\n"),
        (replace(EMPTY, suppressed=1), "No findings in 1 file (1 suppressed).\n"),
        (Result(files=2, problems=(Problem(None, "bad"),)), "No findings in 2 files (1 error).\n"),
        (Result((replace(ONE_LINE, span=Span(1, 1, 1, 2)),), files=1), "Found 1 finding in 1 of 1 file.\n"),
    ],
)
def test_summary(result: Result, summary: str) -> None:
    assert render("text", result).endswith(summary)


@pytest.mark.parametrize(
    ("line", "span", "quoted", "marked"),
    [
        ("x = '日本', bad()", Span(1, 11, 1, 16), "x = '日本', bad()", "            ^^^^^"),
        ("\tbad()", Span(1, 2, 1, 7), "    bad()", "    ^^^^^"),
        ("\x0c bad()", Span(1, 3, 1, 8), "  bad()", "  ^^^^^"),
        ("'\x1b[2J', bad()", Span(1, 9, 1, 14), "'\\x1b[2J', bad()", "           ^^^^^"),
        ("bad()", Span(1, 1, 1, 1), "bad()", "^"),
        ("bad()   ", Span(1, 1, 4, 1), "bad()", "^^^^^"),
    ],
)
def test_excerpt_shows_where(line: str, span: Span, quoted: str, marked: str) -> None:
    finding = replace(ONE_LINE, span=span)
    rows = render("text", Result((finding,), excerpts={(finding.path, span.line): line})).split("\n")
    assert rows[2:4] == [f"1 | {quoted}", f"  | {marked}"]


def test_colour_only_adds_colour() -> None:
    import re

    for output_format in ("text", "concise"):
        painted = render(output_format, RESULT, Style(color=True))
        assert "\x1b[1;31mTML113\x1b[0m" in painted
        assert "\x1b[1;33mTML111\x1b[0m" in painted
        assert re.sub(r"\x1b\[[\d;]*m", "", painted) == render(output_format, RESULT)


def test_concise_is_one_line_a_finding() -> None:
    odd = replace(ONE_LINE, message="two\nlines\x1b[31m")
    assert render("concise", Result((odd, SEVERAL_LINES), files=2)) == (
        "pkg/net.py:12:9: TML113 two\\nlines\\x1b[31m\npkg/other.py:3:5: TML111 a tensor\n"
    )
    assert render("concise", EMPTY) == ""


def test_json_is_the_contract() -> None:
    assert json.loads(render("json", RESULT)) == {
        "tool": "torchmodlint",
        "version": __version__,
        "findings": [
            {
                "code": "TML113",
                "name": "modules-in-plain-container",
                "severity": "error",
                "message": "`self.layers` holds modules, 100% unseen",
                "path": "pkg/net.py",
                "line": 12,
                "column": 9,
                "end_line": 12,
                "end_column": 20,
                "cell": None,
                "subject": {"class": "pkg.net.Net", "attribute": "layers", "function": None},
                "related": [{"line": 4, "column": 1, "message": "made here"}],
                "fix": None,
                "verdict": None,
            },
            {
                "code": "TML111",
                "name": "unregistered-buffer",
                "severity": "warning",
                "message": "a tensor",
                "path": "pkg/other.py",
                "line": 3,
                "column": 5,
                "end_line": 6,
                "end_column": 2,
                "cell": None,
                "subject": {"class": None, "attribute": None, "function": None},
                "related": [],
                "fix": None,
                "verdict": None,
            },
        ],
        "errors": [
            {"path": "pkg/broken.py", "message": "syntax error: invalid syntax", "line": 7},
            {"path": "none", "message": "no such file or directory", "line": None},
        ],
        "summary": {
            "files": 120,
            "findings": 2,
            "fixable": 0,
            "confirmed": 0,
            "refuted": 0,
            "inconclusive": 0,
            "suppressed": 3,
            "baselined": 0,
        },
    }


def test_json_is_ascii_and_survives_odd_file_names() -> None:
    odd = replace(ONE_LINE, path="netz/größe\udce9.py")
    text = render("json", Result((odd,)))
    assert text.isascii()
    assert json.loads(text)["findings"][0]["path"] == "netz/größe\udce9.py"


def test_github_commands_are_escaped() -> None:
    odd = replace(ONE_LINE, path="a,b:c%.py", message="50%\nless: more", severity=Severity.INFO)
    assert render("github", Result((odd, SEVERAL_LINES), (Problem("x.py", "a\r\nb", 3), Problem(None, "c")))) == (
        "::error title=torchmodlint,file=x.py,line=3::a%0D%0Ab\n"
        "::error title=torchmodlint::c\n"
        "::notice title=torchmodlint TML113 (modules-in-plain-container),file=a%2Cb%3Ac%25.py,line=12,endLine=12,col=9,"
        "endColumn=20::a,b:c%25.py:12:9: TML113 50%25%0Aless: more\n"
        "::warning title=torchmodlint TML111 (unregistered-buffer),file=pkg/other.py,line=3,endLine=6"
        "::pkg/other.py:3:5: TML111 a tensor\n"
    )


def test_statistics_count_each_code() -> None:
    result = Result((ONE_LINE, SEVERAL_LINES, SEVERAL_LINES))
    assert statistics(result) == "     2  TML111  unregistered-buffer\n     1  TML113  modules-in-plain-container\n"
    assert statistics(EMPTY) == ""


def test_exit_codes() -> None:
    assert EMPTY.exit_code() == 0
    assert Result((ONE_LINE,)).exit_code() == 1
    assert Result((ONE_LINE,)).exit_code(exit_zero=True) == 0
    assert RESULT.exit_code() == 2
    assert RESULT.exit_code(exit_zero=True) == 2
