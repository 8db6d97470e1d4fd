"""Where functions and classes stand, and what a class body binds."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from torchmodlint.analysis.definitions import (
    ClassBody,
    Definitions,
    decorator_names,
    dotted,
    is_overload,
    is_property,
    is_static,
)
from torchmodlint.analysis.tree import descendants


def definitions(text: str) -> Definitions:
    return Definitions.of(cst.parse_module(dedent(text)))


def body(text: str) -> ClassBody:
    found = definitions(text).body("C")
    assert found is not None
    return found


def expression(text: str) -> cst.BaseExpression:
    return cst.parse_expression(text)


class TestDefinitions:
    TEXT = """
        def f():
            def inner(): ...
            class Local: ...
        class A:
            def m(self): ...
            class B:
                def n(self): ...
        if x:
            def g(): ...
            class C: ...
        elif y:
            def h(): ...
        else:
            class D: ...
        try:
            class E: ...
        except ValueError:
            class F: ...
        else:
            class G: ...
        finally:
            class H: ...
        with x:
            class I: ...
        for x in y:
            class J: ...
        else:
            class K: ...
        while x:
            class L: ...
        match x:
            case 1:
                class M: ...
        try:
            pass
        except* ValueError:
            class N: ...
        """

    def test_names(self) -> None:
        found = definitions(self.TEXT)
        assert sorted(found.functions) == ["A.B.n", "A.m", "f", "g", "h"]
        assert sorted(found.classes) == ["A", "A.B", *"CDEFGHIJKLMN"]

    def test_last_of_a_name_wins(self) -> None:
        found = definitions("class C:\n    def a(self): ...\nclass C:\n    def b(self): ...\n")
        one = found.body("C")
        assert one is not None
        assert list(one.methods) == ["b"]
        assert found.classes["C"] is one.node

    def test_body_of_what_is_not_there(self) -> None:
        assert definitions("x = 1\n").body("C") is None

    def test_local_class_is_known_once_added(self) -> None:
        tree = cst.parse_module("def f():\n    class Local:\n        def m(self): ...\n")
        found = Definitions.of(tree)
        node = next(node for node in descendants(tree) if isinstance(node, cst.ClassDef))
        found.add("f.<locals>.Local", node)
        one = found.body("f.<locals>.Local")
        assert one is not None
        assert list(one.methods) == ["m"]
        found.add("f.<locals>.Local", node)
        assert found.body("f.<locals>.Local") is one


class TestClassBody:
    def test_methods_in_blocks(self) -> None:
        one = body("class C:\n    if x:\n        def a(self): ...\n    else:\n        def b(self): ...\n")
        assert list(one.methods) == ["a", "b"]

    def test_overloads_are_no_methods(self) -> None:
        one = body(
            """
            class C:
                @overload
                def forward(self, x: int) -> int: ...
                @typing.overload
                def forward(self, x: str) -> str: ...
                def forward(self, x):
                    return x
            """
        )
        assert isinstance(one.methods["forward"].body, cst.IndentedBlock)

    def test_properties(self) -> None:
        one = body(
            """
            class C:
                @property
                def a(self): ...
                @functools.cached_property
                def b(self): ...
                @abc.abstractproperty
                def c(self): ...
                @a.setter
                def d(self, value): ...
                def e(self): ...
            """
        )
        assert one.properties == {"a", "b", "c", "d"}

    def test_names(self) -> None:
        one = body("class C:\n    a = b = 1\n    c: int\n    d: int = 2\n    e, f = 3, 4\n    if x:\n        g = 5\n")
        assert {name: value is not None for name, (_, value) in one.names.items()} == {
            "a": True, "b": True, "c": False, "d": True, "e": True, "f": True, "g": True,
        }  # fmt: skip

    def test_on_one_line(self) -> None:
        assert list(body("class C: a = 1; b = 2\n").names) == ["a", "b"]

    def test_assigned_attributes_of_all_methods(self) -> None:
        one = body(
            """
            class C:
                def __init__(self):
                    self.a = other.b = 1
                    self.c: int = 2
                def m(self):
                    self.d += self.e
                    self.f[0] = 1
            """
        )
        assert one.assigned == {"a", "b", "c", "d"}

    def test_mentions(self) -> None:
        one = body("class C:\n    def m(self):\n        self.a = self.b.c(x.d)\n    def n(self): ...\n")
        assert one.sketch("m").mentioned == {"a", "b", "c", "d"}
        assert one.sketch("n").mentioned == frozenset()

    def test_constants_of_torchscript(self) -> None:
        assert body("class C:\n    __constants__ = ['a', 'b']\n").constants == {"a", "b"}
        assert body("class C:\n    __constants__ = Base.__constants__\n").constants == frozenset()
        assert body("class C: ...\n").constants == frozenset()


@pytest.mark.parametrize(
    ("decorator", "answers"),
    [
        ("staticmethod", (True, False, False)),
        ("classmethod", (True, False, False)),
        ("property", (False, True, False)),
        ("overload", (False, False, True)),
        ("t.overload", (False, False, True)),
        ("wraps(f)", (False, False, False)),
        ("x[0]", (False, False, False)),
    ],
)
def test_decorators(decorator: str, answers: tuple[bool, bool, bool]) -> None:
    function = definitions(f"@{decorator}\ndef f(): ...\n").functions["f"]
    assert (is_static(function), is_property(function), is_overload(function)) == answers


def test_decorator_names() -> None:
    function = definitions("@a\n@b.c(1)\n@d[0]\ndef f(): ...\n").functions["f"]
    assert list(decorator_names(function)) == ["a", "b.c", ""]


@pytest.mark.parametrize(
    ("text", "name"),
    [("a", "a"), ("a.b.c", "a.b.c"), ("(a).b", "a.b"), ("a().b", None), ("a[0]", None), ("1", None), ("a[0].b", None)],
)
def test_dotted(text: str, name: str | None) -> None:
    assert dotted(expression(text)) == name
