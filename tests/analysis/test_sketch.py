"""What a method mentions, beside what Python's own tree says; and which methods leave the instance as it was."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

import libcst as cst
import pytest

from torchmodlint.analysis.sketch import Sketch, sketch

TRICKY = """
self.a.b, (self.c, [*x.d]) = y.e, 1
self.f: int = x.g
self.h += x.i(self.j)
for self.k, z in self.l.items():
    with self.m(x.n) as self.o, y as z.p:
        del self.q, x.r[self.s]
print(f"{self.t!r:>{self.u}}", *[v.w for v.x in self.y if v.z])
@self.aa
def inner(self, default=self.bb):
    return lambda: self.cc().dd
(self).ee(self.ff).gg()
if (hh := self.ii):
    self.jj[self.kk] = self.ll = hh.mm
"""


def of(body: str) -> Sketch:
    function = cst.ensure_type(
        cst.parse_statement(f"def f(self, x, y):\n{indent(dedent(body), '    ')}"), cst.FunctionDef
    )
    return sketch(function.body, "self")


def test_mentioned_as_in_pythons_tree() -> None:
    attributes = {node.attr for node in ast.walk(ast.parse(TRICKY)) if isinstance(node, ast.Attribute)}
    assert of(TRICKY).mentioned == attributes


def test_assigned() -> None:
    assert of("self.a = x.b = 1\nself.c: int = 2\nself.d += 3\nself.e[0] = self.f\n").assigned == {"a", "b", "c", "d"}


def test_called_on_the_first_parameter() -> None:
    assert of("self.a()\nself.b.c()\nx.d()\n(lambda: self.e(self.f))()\nself.g\n").called == {"a", "e"}


def test_built() -> None:
    found = of("A()\nm.B(1)\n_C()\nd()\nm.e()\nD.f()\nx[0]()\n").built
    assert sorted(cst.Module([]).code_for_node(one) for one in found) == ["A", "_C", "m.B"]


@pytest.mark.parametrize(
    "line",
    [
        "self.a = 1",
        "self.a: int = 1",
        "self.a += 1",
        "x.requires_grad = True",
        "y, (self.a, *x) = y",
        "self.a[0] = 1",
        "self.a.b[0][1] = 1",
        "del self.a",
        "for self.a in x: pass",
        "[y for self.a in x]",
        "with x as self.a: pass",
        "with x as (y, self.a): pass",
        "self.a.append(x)",
        "self.a['b'].update(x)",
        "self.register_buffer('a', x)",
        "x.register_parameter('a', y)",
        "super().setup()",
        "super(C, self).setup()",
        "Base.__init__(self)",
        "setattr(x, 'a', y)",
        "delattr(x, 'a')",
        "x.requires_grad_(False)",
        "x(self)",
        "x(key=self)",
        "x(*self)",
        "def inner(): self.a = 1",
    ],
)
def test_may_change_the_instance(line: str) -> None:
    assert of(line).lasting


@pytest.mark.parametrize(
    "line",
    [
        "y = self.a",
        "x.a = self.b",
        "hasattr(self, 'a')",
        "super(C, self).forward(x)",
        "y[0] = self.a",
        "y.append(self.a)",
        "return self.a(x)",
        "super().forward(x)",
        "for y in self.a: x(y)",
        "with self.a as y: pass",
        "x(self.a)",
        "del y",
        "y: int = 1",
    ],
)
def test_leaves_the_instance_alone(line: str) -> None:
    assert not of(line).lasting
