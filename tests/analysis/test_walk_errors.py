"""What the shared walk does when a visitor fails, when the code is too deep, and which visitors it refuses."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
import pytest
from libcst import matchers as m
from libcst.metadata import PositionProvider, QualifiedNameProvider

from torchmodlint.analysis import walk as walk_file
from torchmodlint.analysis.children import UnknownShapeError
from torchmodlint.analysis.depth import TooDeepError
from torchmodlint.analysis.walk import walk


class Fails(cst.BatchableCSTVisitor):
    """Raises at the name `bad`, and notes all names."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def visit_Name(self, node: cst.Name) -> None:
        self.names.append(node.value)
        if node.value == "bad":
            raise LookupError(node.value)

    def leave_Name(self, original_node: cst.Name) -> None:
        self.names.append("-" + original_node.value)


class Names(cst.BatchableCSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def visit_Name(self, node: cst.Name) -> None:
        self.names.append(node.value)


@pytest.fixture(params=["fast", "slow"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The written walk, and the one that stands in for it with a LibCST whose nodes have an unknown shape."""
    if request.param == "slow":

        def refuse(_type: object) -> None:
            raise UnknownShapeError

        monkeypatch.setattr(walk_file, "child_fields", refuse)
        monkeypatch.setattr(walk_file, "_plan", walk_file._Plan)
    return str(request.param)


def test_a_visitor_that_raises_is_given_up_and_the_others_go_on(way: str) -> None:
    first, failing, last = Names(), Fails(), Names()
    errors: list[tuple[cst.BatchableCSTVisitor, Exception]] = []
    walk(cst.parse_module("good + bad + other\n"), [first, failing, last], lambda *error: errors.append(error))
    assert failing.names == ["good", "-good", "bad"]
    assert first.names == last.names == ["good", "bad", "other"]
    assert [(visitor, type(error)) for visitor, error in errors] == [(failing, LookupError)]


def test_without_a_handler_the_error_is_raised(way: str) -> None:
    with pytest.raises(LookupError, match="bad"):
        walk(cst.parse_module("bad\n"), [Fails()])


def test_a_failed_visitor_is_called_again_in_the_next_walk() -> None:
    failing = Fails()
    for text in ("bad\n", "good\n"):
        walk(cst.parse_module(text), [failing], lambda visitor, error: None)
    assert failing.names == ["bad", "good", "-good"]


def test_an_error_of_the_handler_is_raised(way: str) -> None:
    def handler(visitor: cst.BatchableCSTVisitor, error: Exception) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        walk(cst.parse_module("bad\n"), [Fails()], handler)


def test_a_hook_may_walk_itself(way: str) -> None:
    class Outer(Names):
        def visit_Name(self, node: cst.Name) -> None:
            super().visit_Name(node)
            if node.value == "a":
                walk(cst.parse_module("inner\n"), [self])

    outer = Outer()
    walk(cst.parse_module("a + b\n"), [outer])
    assert outer.names == ["a", "inner", "b"]


def chain(length: int) -> cst.Module:
    """`a + a + ...`, put together by hand, as LibCST's parser would not survive it."""
    tree: cst.BaseExpression = cst.Name("a")
    for _ in range(length):
        tree = cst.BinaryOperation(tree, cst.Add(), cst.Name("a"))
    return cst.Module([cst.SimpleStatementLine([cst.Expr(tree)])])


def test_goes_deeper_than_pythons_own_limit() -> None:
    names = Names()
    walk(chain(1500), [names])
    assert len(names.names) == 1501


def test_a_tree_that_is_too_deep_is_an_error_of_its_own(way: str) -> None:
    errors: list[object] = []
    with pytest.raises(TooDeepError, match="nested too deeply"):
        walk(chain(5000), [Names(), Fails()], lambda *error: errors.append(error))
    assert not errors


def test_a_hook_that_calls_itself_without_end_is_an_error_of_the_hook(way: str) -> None:
    class Endless(cst.BatchableCSTVisitor):
        def visit_Name(self, node: cst.Name) -> None:
            self.visit_Name(node)

    errors: list[Exception] = []
    names = Names()
    walk(cst.parse_module("a + b\n"), [Endless(), names], lambda _, error: errors.append(error))
    assert [type(error) for error in errors] == [RecursionError]
    assert names.names == ["a", "b"]
    with pytest.raises(RecursionError):
        walk(cst.parse_module("a + b\n"), [Endless()])


class OnVisit(cst.BatchableCSTVisitor):
    def on_visit(self, node: cst.CSTNode) -> bool:
        return True


class OnLeaveAttribute(cst.BatchableCSTVisitor):
    def on_leave_attribute(self, node: cst.CSTNode, attribute: str) -> None: ...


class GetVisitors(cst.BatchableCSTVisitor):
    def get_visitors(self) -> dict[str, Callable[[cst.CSTNode], None]]:
        return {}


class Qualified(cst.BatchableCSTVisitor):
    METADATA_DEPENDENCIES = (QualifiedNameProvider,)


class Positions(cst.BatchableCSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)


class Decorated(cst.BatchableCSTVisitor):
    @m.visit(m.Name())
    def names(self, node: cst.Name) -> None: ...


class Inside(cst.BatchableCSTVisitor):
    @m.call_if_inside(m.ClassDef())
    def visit_Name(self, node: cst.Name) -> None: ...


class Plain(cst.CSTVisitor):
    pass


@pytest.mark.parametrize(
    ("visitor_type", "reason"),
    [
        (OnVisit, "OnVisit defines on_visit"),
        (OnLeaveAttribute, "OnLeaveAttribute defines on_leave_attribute"),
        (GetVisitors, "GetVisitors overrides get_visitors"),
        (Qualified, "Qualified has QualifiedNameProvider among"),
        (Positions, "Positions has PositionProvider among its METADATA_DEPENDENCIES, and nothing fills it in"),
        (Decorated, "Decorated.names has a decorator of libcst.matchers"),
        (Inside, "Inside.visit_Name has a decorator of libcst.matchers"),
        (Plain, "Plain must be a subclass of libcst.BatchableCSTVisitor"),
    ],
)
def test_refuses_visitors_that_libcst_would_call_otherwise(
    visitor_type: type[cst.BatchableCSTVisitor], reason: str
) -> None:
    first = Names()
    with pytest.raises(TypeError, match=reason):
        walk(cst.parse_module("a\n"), [first, visitor_type()])
    assert not first.names


def test_refuses_hooks_set_on_the_instance() -> None:
    names = Names()
    names.leave_Name = names.visit_Name  # type: ignore[method-assign, assignment]
    with pytest.raises(TypeError, match="leave_Name is set on the instance"):
        walk(cst.parse_module("a\n"), [names])


def test_metadata_that_is_filled_in_can_be_asked_for() -> None:
    class Asking(Positions):
        def visit_Name(self, node: cst.Name) -> None:
            self.found = self.get_metadata(PositionProvider, node)

    name = cst.Name("a")
    asking = Asking()
    asking.metadata = {PositionProvider: {name: "here"}}
    walk(cst.Module([cst.SimpleStatementLine([cst.Expr(name)])]), [asking])
    assert str(asking.found) == "here"
