"""Definitions cut out of a text must be those that the tree of the whole text has."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from torchmodlint.analysis.definitions import Definitions
from torchmodlint.analysis.excerpts import Excerpts
from torchmodlint.analysis.project import Project

CODE = cst.Module([]).code_for_node

TRICKY = {
    "decorated": """
        import a

        @a.one
        # between
        @a.two(
            1,
        )
        class A(
            a.B,
        ):
            @property
            def x(self):
                return 1

        @a.three
        async def run(x): return x
        """,
    "strings at the margin": '''
        """
class A:
    def old(self): ...
"""
        TEXT = """
def run(): ...
"""
        class A:
            def new(self):
                return """
class B: ...
"""
        def run(): pass
        ''',
    "brackets and backslashes": """
        x = [
class_ := 1,
        ]
        y = 1 + \\
2
        class A: z = (
1)
        def run(): return {
}
        """,
    "twice": """
        class A:
            def one(self): ...
        class A:
            def two(self): ...
        def run(): return 1
        def run(): return 2
        """,
    "under a condition": """
        if x:
            class A:
                def one(self): ...
        else:
            class A:
                def two(self): ...
        try:
            def run(): return 1
        except ImportError:
            def run(): return 2
        class B: ...
        """,
    "on one line": "class A: x = 1; y = 2\ndef run(): pass; return\nclass B(A): ...",
    "nested": """
        class A:
            class Inner:
                def one(self): ...
            def two(self):
                class Local: ...
        def run():
            def inside(): ...
        """,
    "heads in ways of their own": """
        class A:
            x = 1; y = [
        2]

            if x:
                def one(self): ...
            @property
            # between
            @a.two(
        3)
            async  def  two(self, z=(
        4)): return z

            def \\
                three(self): ...
            @a.one
            class Inner: pass
            def four(self): ...; return \'\'\'
            def five(self): ...
            \'\'\'
            four = five = 6
        """,
    "tabs": "class A:\n\tdef one(self):\n\t\treturn 1\n\n\tx = 1\n\tdef two(self): pass\n",
    "comments at the margin": """
        class A:
            def one(self):
                x = 1
# out of line
                return x
            def two(self): ...
        # of nobody
        def run(): ...
        """,
}


def dedent(text: str) -> str:
    """Without the eight spaces that the lines of a case have, except those at the margin."""
    return "\n".join(line.removeprefix(" " * 8) for line in text.split("\n"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("case", TRICKY)
def test_as_in_the_whole_tree(case: str, end: str) -> None:
    text = dedent(TRICKY[case]).replace("\n", end)
    whole = Definitions.of(cst.parse_module(text))
    source = Project(Path("/nowhere")).source(Path("/nowhere/one.py"), text)
    assert whole.classes.keys() >= {"A"}
    for name, function in whole.functions.items():
        assert shown(Excerpts(source).function(name)) == shown(function)
    for name in whole.classes:
        found, wanted = Excerpts(source).body(name), whole.body(name)
        assert found is not None
        assert wanted is not None
        assert head(found.node) == head(wanted.node)
        assert list(found.methods) == list(wanted.methods)
        assert list(map(shown, found.methods.values())) == list(map(shown, wanted.methods.values()))
        assert (found.properties, found.names.keys()) == (wanted.properties, wanted.names.keys())


def test_only_what_is_asked_for_is_parsed() -> None:
    text = dedent(TRICKY["decorated"])
    found = Excerpts(Project(Path("/nowhere")).source(Path("/nowhere/one.py"), text))
    assert found.size == 0
    assert found.function("run") is not None
    assert found.function("run") is found.function("run")
    assert 0 < found.size < len(text) / 2


@pytest.mark.parametrize("text", ["", "class A:\n    def f(self:\n", "def A(): ...\n", "A = 1\n", "from b import A\n"])
def test_what_is_not_there(text: str) -> None:
    source = Project(Path("/nowhere")).source(Path("/nowhere/one.py"), text)
    assert Excerpts(source).body("A") is None
    assert Excerpts(source).function("A.f") is None


def test_methods_are_parsed_when_they_are_asked_for() -> None:
    text = dedent(TRICKY["nested"])
    found = Excerpts(Project(Path("/nowhere")).source(Path("/nowhere/one.py"), text))
    body = found.body("A")
    assert body is not None
    before = found.size
    assert "two" in body.methods
    assert not body.mentions("two", frozenset({"width"}))
    assert found.size == before
    assert body.methods["two"] is body.methods["two"]
    assert found.size > before


def test_a_method_that_cannot_be_parsed_is_one_that_does_nothing() -> None:
    text = "class A:\n    def f(self): return 1 1\n    def g(self): return 2\n"
    body = Excerpts(Project(Path("/nowhere")).source(Path("/nowhere/one.py"), text)).body("A")
    assert body is not None
    assert shown(body.methods["f"]) == "def f(): raise"
    assert shown(body.methods["g"]) == "def g(self): return 2"


def head(node: cst.ClassDef) -> str:
    """The class without what stands in it."""
    return shown(node.with_changes(body=cst.SimpleStatementSuite(())))


def shown(node: cst.FunctionDef | cst.ClassDef | None) -> str:
    """The definition as it is written, without the comments above it and the line breaks of the file."""
    assert node is not None
    return CODE(node.with_changes(leading_lines=())).replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
