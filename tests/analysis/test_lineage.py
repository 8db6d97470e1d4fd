"""Where nodes stand: scopes, the instance, names of libraries, assignments, conditions and callers."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import libcst as cst

from torchmodlint.analysis.bindings import bindings
from torchmodlint.analysis.conditions import conditions
from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.facts import FileFacts
from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.project import Project
from torchmodlint.analysis.stores import stores
from torchmodlint.analysis.uses import arguments, calls, uses


def lineage(tmp_path: Path, text: str) -> Lineage:
    text = dedent(text)
    return Lineage(FileFacts(tmp_path / "net.py", text, cst.parse_module(text), Project(tmp_path)))


def written(lines: Lineage, node: cst.CSTNode | None) -> str | None:
    return None if node is None else lines.facts.tree.code_for_node(node)


def function(lines: Lineage, name: str) -> cst.FunctionDef:
    return lines.facts.definitions.functions[name]


class TestLineage:
    def test_library_names_follow_imports_and_shadows(self, tmp_path: Path) -> None:
        lines = lineage(
            tmp_path,
            """
            import torch.nn.functional as F
            F.here
            def f(x, y=F.default):
                F.inside
                def g(F):
                    F.shadowed
                return [F.element for F in x], lambda F: F.of_lambda
            def h():
                import torch as F
                F.local
            class C:
                def F(self):
                    F.of_module
            """,
        )
        found = {one.attr.value: lines.library_name(one) for many in lines.attributes.values() for one in many}
        functional = "torch.nn.functional"
        assert found["here"] == f"{functional}.here"
        assert found["default"] == f"{functional}.default"
        assert found["of_module"] == f"{functional}.of_module"
        assert [found[name] for name in ("shadowed", "element", "of_lambda")] == [None, None, None]
        assert found["local"] == "torch.local"

    def test_the_instance(self, tmp_path: Path) -> None:
        lines = lineage(
            tmp_path,
            """
            class C:
                def m(this):
                    this.a
                    f = lambda x: this.b
                    def g(this):
                        this.c
                @staticmethod
                def s(this):
                    this.d
            def f(this):
                this.e
            """,
        )
        assert [name for name in "abcde" if lines.is_me(lines.attributes[name][0].value)] == ["a", "b"]

    def test_qualname(self, tmp_path: Path) -> None:
        lines = lineage(tmp_path, "class C:\n  def m(self):\n    def g():\n      x.a\n")
        assert lines.qualname(lines.attributes["a"][0]) == "C.m.<locals>.g"


def test_bindings_take_tuples_and_loops_apart(tmp_path: Path) -> None:
    lines = lineage(
        tmp_path,
        """
        def f():
            a, (b, c) = x, y
            d, *e = x, y
            for i, (g, h) in enumerate(zip(x, y)):
                pass
            with x as j: k = (l := 1)
            def inner(): m = 1
        """,
    )
    node = function(lines, "f")
    found = {dotted(one.target): (written(lines, one.value), one.part) for one in bindings(node)}
    assert found == {
        "a": ("x", False),
        "b": ("y", True),
        "c": ("y", True),
        "d": ("x, y", True),
        "e": ("x, y", True),
        "i": (None, False),
        "g": ("x", True),
        "h": ("y", True),
        "j": ("x", True),
        "k": ("(l := 1)", False),
        "l": ("1", False),
    }
    assert "m" in {dotted(one.target) for one in bindings(node, inner=True)}


def test_conditions_around_and_above(tmp_path: Path) -> None:
    lines = lineage(
        tmp_path,
        """
        def f(x):
            if outside: return
            assert sure
            for _ in x:
                if skipped: continue
            if harmless: pass
            if a:
                pass
            elif b and (lambda: [here for _ in x if e] if d else 0):
                pass
            else:
                while c:
                    there
        """,
    )

    def tests(name: str) -> set[str | None]:
        return {written(lines, one) for one in conditions(lines, lines.names[name][0])}

    above = {"outside", "sure"}
    assert tests("here") == above | {"a", "b", "d", "e"}
    assert tests("there") == above | {"a", "b and (lambda: [here for _ in x if e] if d else 0)", "c"}


def test_callers(tmp_path: Path) -> None:
    lines = lineage(
        tmp_path,
        """
        def f(a, b=1): ...
        def handed(a): ...
        f(1, 2); f(3); f(b=4, a=5)
        print(handed)
        class C:
            def m(self, a, *, b=0): ...
            @classmethod
            def k(cls, a): ...
            @staticmethod
            def s(a): ...
            def use(self, other):
                self.m(1); C.m(self, 2, b=3); super().m(4); other.m(5)
                self.k(6); C.s(7)
        """,
    )

    def given(name: str, parameter: str) -> list[str | None] | None:
        values = arguments(lines, function(lines, name), parameter)
        return None if values is None else [written(lines, one) for one in values]

    assert given("f", "a") == ["1", "3", "5"]
    assert given("f", "b") == ["2", "1", "4"]
    assert given("handed", "a") is None
    assert len(uses(lines, function(lines, "handed"))) == 1
    assert calls(lines, function(lines, "handed")) is None
    assert given("C.m", "a") == ["1", "2", "4"]
    assert given("C.m", "b") == ["0", "3", "0"]
    assert given("C.k", "a") == ["6"]
    assert given("C.s", "a") == ["7"]


def test_stores(tmp_path: Path) -> None:
    lines = lineage(
        tmp_path,
        """
        x.n = 1
        (a, [x.n, b]) = 0, (2, 3)
        x.n, *c = d
        x.n += 4
        y[x.n] = 5
        x.n: int
        """,
    )
    found = [stores(lines, one) for one in lines.attributes["n"]]
    assert [written(lines, one.value) if one else "read" for one in found] == ["1", "2", None, "4", "read", "read"]
