"""The names that a scope gives a meaning of its own: inside it they are not what the module calls so."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis.tree import children

Scope = cst.FunctionDef | cst.ClassDef | cst.Lambda | cst.BaseComp


def shadowed(function: cst.FunctionDef) -> frozenset[str]:
    """The parameters of a function and what its own statements assign; imports and classes, which say what they are
    called, are left out."""
    return frozenset((*parameter_names(function.params), *_assigned(function.body)))


def bound_by(scope: cst.CSTNode) -> frozenset[str]:
    """The same for a function, a lambda or a comprehension; empty for every other node."""
    if isinstance(scope, cst.FunctionDef):
        return shadowed(scope)
    if isinstance(scope, cst.Lambda):
        return frozenset(parameter_names(scope.params))
    if isinstance(scope, cst.BaseComp):
        return frozenset(name for loop in loops(scope) for name in target_names(loop.target))
    return frozenset()


def parameter_names(params: cst.Parameters) -> Iterator[str]:
    """The names of all parameters, `*args` and `**kwargs` included."""
    plain = [*params.posonly_params, *params.params, *params.kwonly_params, params.star_arg, params.star_kwarg]
    return (param.name.value for param in plain if isinstance(param, cst.Param))


def loops(comprehension: cst.BaseComp) -> Iterator[cst.CompFor]:
    """The `for ... in ...` of a comprehension, the outermost first."""
    loop: cst.CompFor | None = comprehension.for_in
    while loop is not None:
        yield loop
        loop = loop.inner_for_in


def target_names(target: cst.BaseExpression) -> Iterator[str]:
    """The names that an assignment to `target` binds."""
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from target_names(element.value)


# What `_assigned` looks at. Of most nodes the type alone is asked: isinstance() of what a node is not is slow.
_TELLING = frozenset(
    {cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp}
    | {cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.NamedExpr}
    | {cst.AsName, cst.Import, cst.ImportFrom}
)


def _assigned(body: cst.CSTNode) -> Iterator[str]:
    stack = [body]
    while stack:
        node = stack.pop()
        if type(node) not in _TELLING:
            stack.extend(children(node))
            continue
        if isinstance(node, cst.FunctionDef):
            yield node.name.value
        if isinstance(node, Scope):
            continue
        if isinstance(node, cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.For | cst.NamedExpr):
            yield from target_names(node.target)
        elif isinstance(node, cst.AsName) and not isinstance(node.name, cst.Attribute):
            yield from target_names(node.name)
        elif isinstance(node, cst.Import | cst.ImportFrom):
            continue
        stack.extend(children(node))
