"""Our parser gives the trees and the errors of LibCST's, and leaves LibCST as it was."""

from __future__ import annotations

import importlib
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings

from tests.analysis.sources import AWKWARD, NEWER_SYNTAX, ZOO, real_files
from torchmodlint.analysis import parsing
from torchmodlint.analysis.children import node_types
from torchmodlint.analysis.making import maker
from torchmodlint.analysis.parsing import parse_module

_TOKEN = re.compile(r"\n|[ \t]+|\w+|[^\w\s]")
_STRAY = [*"*=,(). :", "**", "a", "1", "not", "in", "lambda", "if", "b's'", "f'{a}'", "\\\n", "x²", "℘", "·", "\u0e33"]
LETTER = "a\u30fb\n"  # one to LibCST's parser and to newer Pythons alone
_CALLS = ["f(a=1, b)", "f(**k, *a)", "f(**k, b)", "f(x=1, *a)", "f(a for a in b, c)", "((f))((a), b=1)", "(a.b).c"]


def _outcome(parse: Callable[[str], cst.Module], text: str) -> cst.Module | tuple[str, str]:
    try:
        return parse(text)
    except Exception as error:
        return type(error).__name__, str(error)


def _agree(text: str) -> bool:
    """Do both parsers make the same tree or error of a text? Ours without LibCST's to fall back to."""
    ours, theirs = _outcome(parsing._parse_quickly, text), _outcome(cst.parse_module, text)
    if isinstance(ours, cst.Module) and isinstance(theirs, cst.Module):
        return ours.deep_equals(theirs) and ours.code == theirs.code
    return ours == theirs


@pytest.mark.parametrize("text", [ZOO, *AWKWARD.values(), *NEWER_SYNTAX.values(), LETTER])
def test_all_syntax_gives_the_same_tree(text: str) -> None:
    assert _agree(text)


@pytest.mark.parametrize("path", real_files(), ids=lambda path: path.stem)
def test_a_real_file_gives_the_same_tree(path: Path) -> None:
    assert _agree(path.read_text(encoding="utf-8"))


def test_a_generated_program_gives_the_same_tree() -> None:
    hypothesmith = pytest.importorskip("hypothesmith")

    @given(hypothesmith.from_grammar() | hypothesmith.from_node())
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def check(text: str) -> None:
        assert _agree(text)

    check()


def test_a_spoilt_line_gives_the_same_tree_or_error() -> None:
    draw = random.Random(0)
    lines = [*filter(str.strip, ZOO.splitlines()), *_CALLS]
    for _ in range(2000):
        tokens = _TOKEN.findall(draw.choice(lines))
        for _ in range(draw.randint(1, 2)):
            tokens[draw.randrange(len(tokens))] = draw.choice([*_STRAY, ""])
        text = "".join(tokens) + "\n"
        assert _agree(text), text


@pytest.mark.parametrize("text", ["x = = 1\n", "'a' b'b'\n", "for x in*a: pass\n"])
def test_an_error_is_that_of_libcst(text: str) -> None:
    """What the parser itself refuses, and what it accepts and a check of LibCST's refuses then."""
    assert isinstance(_outcome(parse_module, text), tuple)
    assert _agree(text)


def test_every_node_type_has_a_maker() -> None:
    assert [kind for kind in node_types() if hasattr(cst, kind.__name__) and maker(kind.__name__) is None] == []


def test_what_is_no_node_type_has_no_maker() -> None:
    assert maker("parse_module") is maker("MaybeSentinel") is maker("no_such_name") is None


def test_a_parsed_node_is_as_frozen_as_any() -> None:
    name = cst.ensure_type(parse_module("x\n").body[0], cst.SimpleStatementLine)
    with pytest.raises(AttributeError):
        name.body = ()  # type: ignore[misc]
    assert type(name) is cst.SimpleStatementLine


def test_twins_are_no_node_types() -> None:
    parse_module(ZOO)
    node_types.cache_clear()
    assert "Twin" not in [kind.__name__ for kind in node_types()]


def test_equal_white_space_is_one_object() -> None:
    small = parse_module("x  =  1\n").body[0]
    assert isinstance(small, cst.SimpleStatementLine)
    assign = small.body[0]
    assert isinstance(assign, cst.Assign)
    assert assign.targets[0].whitespace_before_equal is assign.targets[0].whitespace_after_equal


@pytest.mark.parametrize("text", ["x = 1\n", "x = = 1\n"])
def test_libcst_is_left_as_it_was(text: str) -> None:
    before = dict(vars(cst))
    _outcome(parse_module, text)
    assert sys.modules["libcst"] is cst
    assert vars(cst) == before


def test_libcst_is_left_as_it_was_by_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_text: str) -> cst.Module:
        assert sys.modules["libcst"] is not cst
        raise KeyboardInterrupt

    monkeypatch.setattr(cst, "parse_module", interrupt)
    with pytest.raises(KeyboardInterrupt):
        parse_module("x\n")
    assert sys.modules["libcst"] is cst


def test_what_is_imported_meanwhile_is_libcst_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = cst.parse_module
    imported = []

    def parse_and_import(text: str) -> cst.Module:
        tree = parse(text)
        imported.append(importlib.import_module("libcst"))
        return tree

    monkeypatch.setattr(cst, "parse_module", parse_and_import)
    parse_module("x\n")
    assert imported[0].Name is cst.Name
    assert imported[0].SimpleWhitespace is cst.SimpleWhitespace


def test_threads_take_turns() -> None:
    trees: dict[int, cst.Module] = {}

    def parse(number: int) -> None:
        for _ in range(20):
            trees[number] = parse_module(f"x = {number}\n{ZOO}")

    threads = [Thread(target=parse, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [trees[number].code for number in range(4)] == [f"x = {number}\n{ZOO}" for number in range(4)]
    assert sys.modules["libcst"] is cst


def test_a_newer_libcst_that_makes_nodes_otherwise_is_parsed_as_it_parses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_fields: object) -> cst.CSTNode:
        raise TypeError

    monkeypatch.setitem(parsing._FOUND, "Name", refuse)
    assert parse_module("x\n").deep_equals(cst.parse_module("x\n"))
