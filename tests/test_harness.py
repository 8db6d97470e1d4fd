"""The comments by which examples and cases say what they expect."""

from __future__ import annotations

import pytest

from tests.harness import expected


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("x = 1  # TML113", ["TML113"]),
        ("x = 1  # TML113 TML111", ["TML111", "TML113"]),
        ("x = 1  # TML113\r", ["TML113"]),
        ("x = 1  # noqa: TML113", []),
        ("x = 1  # see TML113", []),
    ],
)
def test_codes_at_the_end_of_a_line(line: str, codes: list[str]) -> None:
    assert expected(b"\n" + line.encode()) == [(2, code) for code in codes]


def test_words_after_a_code_are_refused() -> None:
    with pytest.raises(ValueError, match="line 1: "):
        expected(b"x = 1  # TML113 but not really\n")


def test_declared_encoding_is_respected() -> None:
    assert expected("# coding: latin-1\nä = 1  # TML101\n".encode("latin-1")) == [(2, "TML101")]
