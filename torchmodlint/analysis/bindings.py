"""Which expressions a name or an attribute gets: the assignments of one scope, tuples and loops taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.shadows import loops
from torchmodlint.analysis.tree import children

# Types themselves are looked at, because isinstance() of what a node is not is slow.
_BINDING = frozenset({cst.Assign, cst.AnnAssign, cst.NamedExpr, cst.AugAssign, cst.For, cst.WithItem})
_FUNCTIONS = frozenset({cst.FunctionDef, cst.Lambda})


@dataclass(frozen=True)
class Bound:
    """`target` gets `value`, or, with `part`, something that lies in it; None when the code does not show what.

    `statement` is the node that does it.
    """

    target: cst.BaseExpression
    value: cst.BaseExpression | None
    statement: cst.CSTNode
    part: bool = False


def bindings(scope: cst.CSTNode, inner: bool = False) -> Iterator[Bound]:
    """The assignments that a function, lambda, comprehension, class or file makes itself, in source order.

    `inner`: those of the functions inside it as well.
    """
    if isinstance(scope, cst.BaseComp):
        for loop in loops(scope):
            yield from _through(loop.target, loop.iter, loop)
        return
    stack: list[cst.CSTNode] = [scope]
    while stack:
        node = stack.pop()
        if type(node) in _BINDING:
            yield from _of(node)
        if node is scope or not (type(node) is cst.ClassDef or (type(node) in _FUNCTIONS and not inner)):
            stack.extend(reversed(list(children(node))))


def _of(node: cst.CSTNode) -> Iterator[Bound]:
    if isinstance(node, cst.Assign):
        for target in node.targets:
            yield from _unpack(target.target, node.value, node)
    elif isinstance(node, cst.AnnAssign | cst.NamedExpr | cst.AugAssign):
        if node.value is not None:
            yield Bound(node.target, node.value, node)
    elif isinstance(node, cst.For):
        yield from _through(node.target, node.iter, node)
    elif isinstance(node, cst.WithItem) and node.asname is not None:
        yield from _parts(node.asname.name, node.item, node)


def _unpack(target: cst.BaseExpression, value: cst.BaseExpression, statement: cst.CSTNode) -> Iterator[Bound]:
    """`target = value`."""
    if not isinstance(target, cst.Tuple | cst.List):
        yield Bound(target, value, statement)
    elif isinstance(value, cst.Tuple | cst.List) and _same_length(target, value):
        for one, other in zip(target.elements, value.elements, strict=True):
            yield from _unpack(one.value, other.value, statement)
    else:
        yield from _parts(target, value, statement)


def _through(target: cst.BaseExpression, iterable: cst.BaseExpression, statement: cst.CSTNode) -> Iterator[Bound]:
    """`for target in iterable`."""
    name = dotted(iterable.func) if isinstance(iterable, cst.Call) else None
    if isinstance(iterable, cst.Call) and isinstance(target, cst.Tuple | cst.List):
        given = [arg.value for arg in iterable.args if arg.keyword is None and not arg.star]
        if name == "enumerate" and given and len(target.elements) == 2:
            yield Bound(target.elements[0].value, None, statement)
            yield from _through(target.elements[1].value, given[0], statement)
            return
        if name == "zip" and len(given) == len(target.elements):
            for one, other in zip(target.elements, given, strict=True):
                yield from _through(one.value, other, statement)
            return
    yield from _parts(target, iterable, statement)


def _parts(target: cst.BaseExpression, value: cst.BaseExpression, statement: cst.CSTNode) -> Iterator[Bound]:
    if isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _parts(element.value, value, statement)
    else:
        yield Bound(target, value, statement, part=True)


def _same_length(target: cst.Tuple | cst.List, value: cst.Tuple | cst.List) -> bool:
    elements = [*target.elements, *value.elements]
    return len(target.elements) == len(value.elements) and not any(
        isinstance(one, cst.StarredElement) for one in elements
    )
