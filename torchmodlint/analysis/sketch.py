"""What one method names, read off in a single pass: the questions that are asked of every method."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from torchmodlint.analysis.tree import children, everything

_TELLING = frozenset(
    {cst.Attribute, cst.Call, cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor, cst.AsName, cst.Del}
)
_ASSIGNING = frozenset({cst.AssignTarget, cst.AnnAssign, cst.AugAssign})
# Methods of a module that register something, with the names of their parameters.
REGISTRARS = {
    "register_buffer": ("name", "tensor"),
    "register_parameter": ("name", "param"),
    "add_module": ("name", "module"),
    "register_module": ("name", "module"),
}
# Methods of containers that put something into them.
GROWING = frozenset(
    {"append", "add", "insert", "extend", "update", "setdefault", "appendleft", "extendleft", "__setitem__"}
)
_LASTING = REGISTRARS.keys() | {"__init__", "__setattr__", "requires_grad_", "setattr", "delattr"}
_NOT_FOLLOWED = frozenset({"forward", "__call__"})  # super().forward() says nothing about the instance
_LOOKING = frozenset({"super", "getattr", "hasattr", "isinstance", "len", "type", "id", "repr", "str"})


@dataclass(frozen=True, slots=True)
class Sketch:
    """The names of attributes in one method, inner functions included.

    `mentioned` are those read or written, of whatever object, and `assigned` those assigned; `called` are the methods
    that it calls on its own first parameter. `lasting` says that it may change the instance, or give it away, and
    `built` are the callees that look like classes: a method that neither changes the instance, nor builds a module
    that might end up in it, leaves it as it was.
    """

    mentioned: frozenset[str]
    assigned: frozenset[str]
    called: frozenset[str]
    lasting: bool
    built: tuple[cst.BaseExpression, ...]


def sketch(body: cst.BaseSuite, me: str | None) -> Sketch:
    """Read the body of a function whose first parameter is `me`."""
    mentioned: set[str] = set()
    assigned: set[str] = set()
    called: set[str] = set()
    built: list[cst.BaseExpression] = []
    lasting = False
    # The type itself is looked at, because isinstance() of what a node is not is slow.
    for node in everything(body):
        if type(node) not in _TELLING:
            continue
        if type(node) is cst.Attribute:
            mentioned.add(node.attr.value)
        elif type(node) is cst.Call:
            func = node.func
            if type(func) is cst.Attribute and type(func.value) is cst.Name and func.value.value == me:
                called.add(func.attr.value)
            lasting = lasting or _lasts(node, me)
            if _is_class_like(func):
                built.append(func)
        elif type(node) is cst.AsName:
            lasting = lasting or _stores(node.name, me)
        else:
            target = node.target  # type: ignore[attr-defined]  # as all that is left in _TELLING has one
            if type(target) is cst.Attribute and type(node) in _ASSIGNING:
                assigned.add(target.attr.value)
            lasting = lasting or _stores(target, me)
    return Sketch(frozenset(mentioned), frozenset(assigned), frozenset(called), lasting, tuple(built))


def _lasts(node: cst.Call, me: str | None) -> bool:
    """May a call change the instance, or hand it to somebody who does?"""
    func = node.func
    if type(func) is cst.Attribute:
        name = func.attr.value
        if name in _LASTING or (name in GROWING and _root(func.value) == me):
            return True
        if isinstance(func.value, cst.Call) and _is_super(func.value) and name not in _NOT_FOLLOWED:
            return True
    elif type(func) is cst.Name:
        if func.value in _LASTING:
            return True
        if func.value in _LOOKING:  # builtins that leave what they are given as it is
            return False
    return any(type(arg.value) is cst.Name and arg.value.value == me for arg in node.args)


def _stores(target: cst.CSTNode, me: str | None) -> bool:
    """Is an attribute or element of the instance, or of what it has, among the targets, or a flag of a tensor?"""
    if type(target) is cst.Name:
        return False
    if type(target) is cst.Attribute:
        return target.attr.value == "requires_grad" or _root(target) == me
    if type(target) is cst.Subscript:
        return _root(target) == me
    return any(_stores(part, me) for part in children(target))


def _is_class_like(callee: cst.BaseExpression) -> bool:
    """Does the last component of its name begin with a capital?"""
    if type(callee) is cst.Attribute:
        callee = callee.attr
    return type(callee) is cst.Name and callee.value.lstrip("_")[:1].isupper()


def _root(node: cst.BaseExpression) -> str | None:
    while isinstance(node, cst.Attribute | cst.Subscript):
        node = node.value
    return node.value if isinstance(node, cst.Name) else None


def _is_super(node: cst.Call) -> bool:
    return isinstance(node.func, cst.Name) and node.func.value == "super"
