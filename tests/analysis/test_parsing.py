"""Trees with shared white space must be the trees that LibCST makes."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from torchmodlint.analysis.parsing import parse_module

ZOO = (Path(__file__).parent / "syntax_zoo.txt").read_text(encoding="utf-8")


def test_the_tree_is_that_of_libcst() -> None:
    tree = parse_module(ZOO)
    assert tree.deep_equals(cst.parse_module(ZOO))
    assert tree.code == ZOO


def test_equal_white_space_is_one_object() -> None:
    small = parse_module("x  =  1\n").body[0]
    assert isinstance(small, cst.SimpleStatementLine)
    assign = small.body[0]
    assert isinstance(assign, cst.Assign)
    assert assign.targets[0].whitespace_before_equal is assign.targets[0].whitespace_after_equal


def test_libcst_is_left_as_it_was() -> None:
    before = cst.SimpleWhitespace
    with pytest.raises(cst.ParserSyntaxError):
        parse_module("x = = 1\n")
    parse_module("x = 1\n")
    assert cst.SimpleWhitespace is before
    assert isinstance(before(" "), cst.SimpleWhitespace)
