"""Spans are those of LibCST's PositionProvider, and of functions and classes only the part up to the name."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from tests.analysis.sources import AWKWARD, NEWER_SYNTAX, ZOO, parsed, real_files
from torchmodlint.analysis.depth import TooDeepError
from torchmodlint.analysis.positions import locate
from torchmodlint.core.finding import Span

Positions = Mapping[cst.CSTNode, CodeRange]


def positions_of(tree: cst.Module) -> Positions:
    found: Positions = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    return found


def expected(node: cst.CSTNode, positions: Positions) -> Span:
    start = positions[node].start
    end = positions[node.name if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else node].end
    return Span(start.line, start.column + 1, end.line, end.column + 1)


def assert_located(tree: cst.Module, nodes: Sequence[cst.CSTNode], positions: Positions) -> None:
    assert locate(tree, nodes) == [expected(node, positions) for node in nodes]


@pytest.mark.parametrize("text", [ZOO, *AWKWARD.values(), *NEWER_SYNTAX.values()], ids=lambda text: text[:20])
def test_locates_each_node_alone_and_all_together(text: str) -> None:
    tree = parsed(text)
    positions = positions_of(tree)
    nodes = list(positions)
    assert_located(tree, nodes, positions)
    assert_located(tree, nodes[::-1], positions)
    chance = random.Random(0)
    first_of_type = {type(node): node for node in nodes[::-1]}
    for node in [*first_of_type.values(), *chance.sample(nodes, min(len(nodes), 50))]:
        assert_located(tree, [node], positions)


@pytest.mark.parametrize("path", real_files(), ids=lambda path: path.name)
def test_locates_some_nodes_in_real_code(path: Path) -> None:
    tree = cst.parse_module(path.read_bytes())
    positions = positions_of(tree)
    nodes = list(positions)
    chance = random.Random(path.name)
    for count in (1, 2, 3, 10, 100):
        assert_located(tree, chance.sample(nodes, min(len(nodes), count)), positions)


class Collector(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Call)):
            self.nodes.append(node)
        return True


def spans(text: str) -> list[Span]:
    """The spans of the functions, classes and calls of a source."""
    tree = cst.parse_module(text)
    collector = Collector()
    tree.visit(collector)
    return locate(tree, collector.nodes)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("def f(): pass\n", Span(1, 1, 1, 6)),
        ("\n@d\n# c\nclass  Net (B):\n    a\n", Span(4, 1, 4, 11)),
        ("if a:\n\tasync  def f(x): pass\n", Span(2, 2, 2, 14)),
        ("x = '🙂', f(1)\n", Span(1, 10, 1, 14)),
        ("x = '''\n🙂''', f(\n  1\n  )\n", Span(2, 7, 4, 4)),
        ("\f\nif x:\n    (f)()\n", Span(3, 5, 3, 10)),
        ("a\r\n  \r\nf()\r\n", Span(3, 1, 3, 4)),
        ("\ufefff()\n", Span(1, 1, 1, 4)),
    ],
)
def test_counts_lines_and_characters_from_one(text: str, span: Span) -> None:
    assert spans(text) == [span]


def test_a_block_ends_with_its_last_definition_even_if_that_is_asked_for_too() -> None:
    tree = cst.parse_module("class A:\n    def f(self):\n        return 1\n")
    outer = tree.body[0]
    assert isinstance(outer, cst.ClassDef)
    inner = outer.body.body[0]
    asked = [inner, outer.body, outer, outer.name, inner]
    assert locate(tree, asked) == [
        Span(2, 5, 2, 10),
        Span(2, 5, 3, 17),
        Span(1, 1, 1, 8),
        Span(1, 7, 1, 8),
        Span(2, 5, 2, 10),
    ]


def test_nothing_asked_nothing_found() -> None:
    assert locate(cst.parse_module("a\n"), []) == []


def test_a_node_of_another_module_is_refused() -> None:
    with pytest.raises(ValueError, match="this Name is not a node of the module"):
        locate(cst.parse_module("a\n"), [cst.Name("a")])


def chain(length: int) -> tuple[cst.Module, cst.Name]:
    """`a + a + ...` and its last name, put together by hand, as LibCST's parser would not survive it."""
    last = cst.Name("a")
    tree: cst.BaseExpression = cst.Name("a")
    for number in range(length):
        tree = cst.BinaryOperation(tree, cst.Add(), last if number == length - 1 else cst.Name("a"))
    return cst.Module([cst.SimpleStatementLine([cst.Expr(tree)])]), last


@pytest.mark.skipif(sys.version_info[:2] == (3, 12), reason="3.12 limits calls through C, which no setting raises")
def test_goes_deeper_than_pythons_own_limit() -> None:
    tree, last = chain(1200)
    assert locate(tree, [last]) == [Span(1, 4801, 1, 4802)]


def test_a_tree_that_is_too_deep_is_an_error_of_its_own() -> None:
    tree, last = chain(5000)
    with pytest.raises(TooDeepError, match="nested too deeply"):
        locate(tree, [last])
