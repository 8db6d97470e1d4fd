"""The shared walk calls what LibCST's own batched visit calls, in the same order, with the same nodes."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

from tests.analysis.sources import AWKWARD, INSTALLED, NEWER_SYNTAX, ZOO, installed, parsed, real_files
from tests.paths import ROOT
from torchmodlint.analysis.children import UnknownShapeError, child_fields, node_types
from torchmodlint.analysis.walk import walk

Log = list[tuple[int, str, cst.CSTNode]]

NODE_HOOKS = [prefix + node_type.__name__ for node_type in node_types() for prefix in ("visit_", "leave_")]
FIELD_HOOKS = [
    f"{prefix}{node_type.__name__}_{field.name}"
    for node_type in node_types()
    for field in child_fields(node_type)
    for prefix in ("visit_", "leave_")
]


def recorder(hooks: Iterable[str]) -> Callable[[int, Log], cst.BatchableCSTVisitor]:
    """A class of visitors with these hooks, all of which write a line into a log."""

    def init(self: cst.BatchableCSTVisitor, number: int, log: Log) -> None:
        cst.BatchableCSTVisitor.__init__(self)
        vars(self).update(number=number, log=log)

    def method(name: str) -> Callable[..., None]:
        def hook(self: cst.BatchableCSTVisitor, node: cst.CSTNode) -> None:
            vars(self)["log"].append((vars(self)["number"], name, node))

        hook.__name__ = name
        return hook

    return type("Recorder", (cst.BatchableCSTVisitor,), {"__init__": init, **{name: method(name) for name in hooks}})


EVERYTHING = recorder(NODE_HOOKS + FIELD_HOOKS)
NODES = recorder(NODE_HOOKS)
BY_TYPE = {name: recorder([f"visit_{name}", f"leave_{name}"]) for name in (t.__name__ for t in node_types())}


def assert_same_calls(tree: cst.Module, *makers: Callable[[int, Log], cst.BatchableCSTVisitor]) -> int:
    ours: Log = []
    theirs: Log = []
    walk(tree, [make(number, ours) for number, make in enumerate(makers)])
    cst.visit_batched(tree, [make(number, theirs) for number, make in enumerate(makers)])
    for mine, other in zip(ours, theirs, strict=False):
        assert mine[:2] == other[:2]
        assert mine[2] is other[2]
    assert len(ours) == len(theirs)
    return len(ours)


@pytest.mark.parametrize("text", [ZOO, *AWKWARD.values(), *NEWER_SYNTAX.values()], ids=lambda text: text[:20])
def test_calls_every_hook_as_libcst_does(text: str) -> None:
    tree = parsed(text)
    assert assert_same_calls(tree, EVERYTHING) >= 2
    assert_same_calls(tree, NODES, EVERYTHING, NODES)


def test_the_zoo_holds_every_node_type_but_the_newest() -> None:
    log: Log = []
    walk(cst.parse_module(ZOO), [NODES(0, log)])
    missing = {node_type.__name__ for node_type in node_types()} - {type(node).__name__ for _, _, node in log}
    newer = {*NEWER_SYNTAX, "TemplatedStringText", "TemplatedStringExpression"}
    assert missing - {"BaseValueToken"} <= newer, "add code with these node types to the zoo"


@pytest.mark.parametrize("name", BY_TYPE)
def test_enters_all_fields_below_which_a_node_type_can_stand(name: str) -> None:
    tree = cst.parse_module(ZOO)
    count = assert_same_calls(tree, BY_TYPE[name])
    if name in ("Call", "Comment", "SimpleWhitespace", "ImportStar", "LeftParen", "If"):
        assert count >= 2


def test_calls_hooks_of_fields_alone() -> None:
    tree = cst.parse_module(ZOO)
    chance = random.Random(0)
    assert sum(assert_same_calls(tree, recorder(chance.sample(FIELD_HOOKS, 4))) for _ in range(40)) > 400


@pytest.mark.parametrize("path", real_files(), ids=lambda path: path.name)
def test_calls_the_same_hooks_in_real_code(path: Path) -> None:
    tree = cst.parse_module(path.read_bytes())
    chance = random.Random(path.name)
    assert_same_calls(tree, EVERYTHING)
    some = [recorder(chance.sample(NODE_HOOKS + FIELD_HOOKS, 6)) for _ in range(2)]
    assert_same_calls(tree, *some, *chance.sample(list(BY_TYPE.values()), 3))


@pytest.mark.parametrize("part", INSTALLED)
def test_calls_the_same_hooks_in_whole_packages(part: str) -> None:
    files = [path for path in installed(part).rglob("*.py") if path.stat().st_size]
    assert sum(assert_same_calls(cst.parse_module(path.read_bytes()), EVERYTHING) for path in files) > 100_000


def test_calls_the_same_hooks_in_generated_code() -> None:
    hypothesmith = pytest.importorskip("hypothesmith")

    def compare(text: str) -> None:
        assert_same_calls(cst.parse_module(text), EVERYTHING)

    sources: SearchStrategy[str] = hypothesmith.from_node()
    # LibCST cannot read all that hypothesmith makes, which then is filtered out.
    few = settings(max_examples=8, database=None, suppress_health_check=list(HealthCheck))
    given(sources)(few(compare))()


def test_what_is_no_hook_for_libcst_is_none_here() -> None:
    class Odd(cst.BatchableCSTVisitor):
        seen: list[str]

        def __init__(self) -> None:
            super().__init__()
            self.seen = []
            self.visit_count = 0

        def visit_Name(self, node: cst.Name) -> None:
            self.seen.append("name")

        def visit_helper(self, node: cst.Name) -> None:
            self.seen.append("helper")

        @staticmethod
        def visit_Call(node: cst.Call) -> None:
            raise AssertionError

        visit_Arg = None  # type: ignore[assignment]

        @classmethod
        def visit_Module(cls, node: cst.Module) -> None:
            assert node.body

    class Odder(Odd):
        def leave_Name(self, original_node: cst.Name) -> None:
            self.seen.append("left")

        visit_Module = None  # type: ignore[assignment]

    tree = cst.parse_module("f(1)\n")
    for visitor_type in (Odd, Odder):
        ours, theirs = visitor_type(), visitor_type()
        walk(tree, [ours])
        cst.visit_batched(tree, [theirs])
        assert ours.seen == theirs.seen != []


def test_a_node_type_that_visits_its_fields_in_an_unknown_way_is_refused() -> None:
    class Strange(cst.Name):
        def _visit_and_replace_children(self, visitor: cst.CSTVisitorT) -> cst.Name:
            return self

    with pytest.raises(UnknownShapeError, match="Strange"):
        child_fields(Strange)


NEWER_LIBCST = """
from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

@dataclass(frozen=True)
class Mystery(cst.BaseExpression):
    held: cst.BaseExpression
    lpar: Sequence[cst.LeftParen] = ()
    rpar: Sequence[cst.RightParen] = ()

    def _visit_and_replace_children(self, visitor):  # tells the visitor of no field, unlike all others
        return Mystery(self.held.visit(visitor))

    def _codegen_impl(self, state): ...

from torchmodlint.analysis.walk import walk

class Log(cst.BatchableCSTVisitor):
    def __init__(self):
        super().__init__()
        self.log = []

    def visit_Name(self, node):
        self.log.append(("visit", node))

    def leave_Mystery(self, original_node):
        self.log.append(("leave", original_node))

name = cst.Name("a")
tree = cst.Module([cst.SimpleStatementLine([cst.Expr(Mystery(name)), cst.Expr(cst.Name("b"))])])
ours, theirs = Log(), Log()
walk(tree, [ours])
cst.visit_batched(tree, [theirs])
print(len(ours.log), all(a[0] == b[0] and a[1] is b[1] for a, b in zip(ours.log, theirs.log, strict=True)))
"""


def test_a_node_type_of_a_newer_libcst_is_walked_as_libcst_walks_it() -> None:
    done = subprocess.run([sys.executable, "-c", NEWER_LIBCST], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("3 True\n", "")


def test_does_not_look_at_what_no_visitor_asks_for() -> None:
    """Whitespace and comments are half of all nodes."""
    touched: list[str] = []

    class Watched(cst.TrailingWhitespace):
        def __getattribute__(self, name: str) -> object:
            touched.append(name)
            return super().__getattribute__(name)

    line = cst.SimpleStatementLine([cst.Expr(cst.Name("a"))], trailing_whitespace=Watched())
    touched.clear()
    walk(cst.Module([line]), [BY_TYPE["Name"](0, [])])
    assert not touched
    walk(cst.Module([line]), [BY_TYPE["Comment"](0, [])])
    assert touched
