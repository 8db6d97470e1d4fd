"""Which comments silence what."""

from __future__ import annotations

import pytest

from torchmodlint.core.finding import Finding, Severity, Span
from torchmodlint.engine.suppress import silences_file, split_lines, suppressions


def covered(text: str, *, code: str = "TML113", noqa: bool = True) -> list[int]:
    """The lines of `text` on which a finding of `code` would be silenced."""
    found = suppressions(text, noqa=noqa)
    return [line for line in range(1, len(split_lines(text)) + 1) if found.covers(_finding(line, code))]


def _finding(line: int, code: str) -> Finding:
    return Finding("a.py", Span(line, 1, line, 2), code, "modules-in-plain-container", Severity.ERROR, "message")


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "#noqa",
        "# NOQA",
        "# noqa: TML113",
        "# noqa:TML113",
        "# noqa: TML1",
        "# noqa: E501,TML113",
        "# noqa: E501, F401 TML113 and why",
        "# type: ignore[attr-defined]  # noqa: TML113",
        "# noqa: E501  # noqa: TML113",
        "# noqa: TML",  # no digits: flake8 takes it for a blanket noqa, and so must we
        "# torchmodlint: ignore",
        "# torchmodlint: ignore because it is shared",
        "# torchmodlint:ignore[TML113]",
        "# torchmodlint: ignore[TML113] shared on purpose",
        "# torchmodlint: ignore[TML201, TML1]",
        "# torchmodlint: ignore[modules-in-plain-container]",
        "# torchmodlint: ignore [ALL]",
        "# why not  # torchmodlint: ignore[TML113]",
    ],
)
def test_comment_silences_its_line(comment: str) -> None:
    assert covered(f"a = 1\nb = 2  {comment}\nc = 3\n") == [2]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: TML201",
        "# noqa: E501",
        "# noqa: tml113",  # flake8 does not honour lower case either
        "# noqable",
        "# see the docs on noqa",
        "# torchmodlint: ignore[TML201]",
        "# torchmodlint: ignore[]",
        "# torchmodlint: ignore[TML113",
        "# torchmodlint: ignored",
        "# torchmodlint: ignore-me",
        "# torchmodlint: skip-file",  # not on a line of its own
        "# flake8: noqa",
    ],
)
def test_comment_silences_nothing(comment: str) -> None:
    assert covered(f"a = 1\nb = 2  {comment}\nc = 3\n") == []


def test_words_in_strings_mean_nothing() -> None:
    text = 'a = "# noqa"\nb = """\n# torchmodlint: skip-file\n# flake8: noqa\n"""\nc = f"{a} # noqa"\n'
    assert covered(text) == []


def test_any_line_of_a_simple_statement() -> None:
    assert covered("x = [\n    1,  # noqa: TML113\n    2,\n]\ny = 1\n") == [1, 2, 3, 4]
    assert covered("x = 1 + \\\n    2  # noqa\ny = 1\n") == [1, 2]
    assert covered('x = """\ntext\n"""  # noqa\ny = 1\n') == [1, 2, 3]
    assert covered("x = [\n    # torchmodlint: ignore\n    2,\n]\ny = 1\n") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "keyword", ["class A(\n    B,\n):", "if (\n    a\n):", "with (\n    a\n):", "def f(\n    a\n):"]
)
def test_compound_statement_only_in_its_header(keyword: str) -> None:
    header = keyword.replace(":", ":  # noqa")
    assert covered(f"{header}\n    x = 1\n    y = 2\n") == [1, 2, 3]
    assert covered(f"{keyword}\n    x = 1  # noqa\n    y = 2\n") == [4]


def test_decorators_and_what_stands_above_them() -> None:
    decorated = "@first\n@second(\n    1\n)\n# between\nclass A:\n    x = 1\n"
    for number in (0, 1, 2, 3, 4, 5):
        lines = decorated.split("\n")
        lines[number] += "  # noqa: TML113"
        assert covered("\n".join(lines)) == [1, 2, 3, 4, 5, 6], number
    assert covered("# noqa: TML113\n" + decorated) == [1, 2, 3, 4, 5, 6, 7]
    assert covered("# noqa: TML113\n# more words\n" + decorated) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert covered("# noqa: TML113\n\n" + decorated) == []


def test_comment_above_something_undecorated_is_not_about_it() -> None:
    assert covered("# noqa\nx = 1\n") == []


@pytest.mark.parametrize("comment", ["# torchmodlint: skip-file", "#torchmodlint:skip-file too old", "# flake8: noqa"])
def test_whole_file(comment: str) -> None:
    for text in (f"{comment}\nx = 1\n", f"x = 1\n\n    {comment}\n"):
        assert suppressions(text).whole_file
        assert silences_file(text)
    assert not silences_file("x = 'torchmodlint: skip-file'\n")


def test_code_for_the_whole_file() -> None:
    text = "# flake8: noqa: E501, TML113\nx = 1\n"
    assert not suppressions(text).whole_file
    assert covered(text) == [1, 2, 3]
    assert covered(text, code="TML201") == []


def test_noqa_may_be_left_to_flake8() -> None:
    assert covered("x = 1  # noqa\n", noqa=False) == []
    assert covered("# flake8: noqa\nx = 1\n", noqa=False) == []
    assert covered("x = 1  # torchmodlint: ignore\n", noqa=False) == [1]
    assert suppressions("# torchmodlint: skip-file\n", noqa=False).whole_file


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert covered(f"a = 1{end}\x0cb = 2  # noqa{end}c = 3{end}") == [2]


def test_what_python_cannot_tokenize_ends_the_search_quietly() -> None:
    assert covered("a = 1  # noqa\nb = (\n") == [1]


def test_split_lines_knows_only_the_line_ends_of_python() -> None:
    assert list(split_lines("a\x0cb\u2028c\x1cd\r\ne\rf\ng")) == ["a\x0cb\u2028c\x1cd", "e", "f", "g"]
