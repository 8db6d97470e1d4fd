"""The names that a function gives a meaning of its own: inside it they are not what the module calls so."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis.tree import children

Scope = cst.FunctionDef | cst.ClassDef | cst.Lambda | cst.BaseComp


def shadowed(function: cst.FunctionDef) -> frozenset[str]:
    """The parameters of a function and what its own statements assign; imports and classes, which say what they are
    called, are left out."""
    params = function.params
    plain = [*params.posonly_params, *params.params, *params.kwonly_params, params.star_arg, params.star_kwarg]
    names = {param.name.value for param in plain if isinstance(param, cst.Param)}
    return frozenset(names.union(_assigned(function.body)))


def _assigned(body: cst.CSTNode) -> Iterator[str]:
    stack = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.FunctionDef):
            yield node.name.value
        if isinstance(node, Scope):
            continue
        if isinstance(node, cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.For | cst.NamedExpr):
            yield from _names(node.target)
        elif isinstance(node, cst.AsName) and not isinstance(node.name, cst.Attribute):
            yield from _names(node.name)
        elif isinstance(node, cst.Import | cst.ImportFrom):
            continue
        stack.extend(children(node))


def _names(target: cst.BaseExpression) -> Iterator[str]:
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _names(element.value)
