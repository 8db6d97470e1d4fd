"""Where an attribute is set: by an assignment of any form, or by `setattr`."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.lineage import Lineage


@dataclass(frozen=True, eq=False)
class Store:
    """`receiver.name = value`. `node` is the target or the call of `setattr`; `value` is None where a tuple is taken
    apart whose parts are not written there."""

    node: cst.CSTNode
    receiver: cst.BaseExpression
    value: cst.BaseExpression | None


def stores(lineage: Lineage, mention: cst.Attribute | cst.SimpleString) -> Store | None:
    """How the attribute that `mention` names is set there; None when it is read, or the string is no name of one."""
    if isinstance(mention, cst.SimpleString):
        return _by_name(lineage, mention)
    target: cst.CSTNode = mention
    parent = lineage.parent(target)
    path = []  # the positions in the tuples around the target
    while isinstance(parent, cst.Element | cst.StarredElement):
        box = lineage.parent(parent)
        if not isinstance(box, cst.Tuple | cst.List):
            return None
        path.append(box.elements.index(parent))
        target, parent = box, lineage.parent(box)
    if isinstance(parent, cst.AssignTarget):
        statement = lineage.parent(parent)
        assert isinstance(statement, cst.Assign)
        return Store(mention, mention.value, _inside(statement.value, path))
    if isinstance(parent, cst.AnnAssign | cst.AugAssign) and parent.target is mention and parent.value is not None:
        return Store(mention, mention.value, parent.value)
    if isinstance(parent, cst.For | cst.CompFor) and parent.target is target:
        return Store(mention, mention.value, None)
    return None


def _inside(value: cst.BaseExpression, path: list[int]) -> cst.BaseExpression | None:
    """The part of a tuple at a path, the outermost position last."""
    for at in reversed(path):
        if not isinstance(value, cst.Tuple | cst.List) or at >= len(value.elements):
            return None
        if any(isinstance(one, cst.StarredElement) for one in value.elements):
            return None
        value = value.elements[at].value
    return value


def _by_name(lineage: Lineage, name: cst.SimpleString) -> Store | None:
    arg = lineage.parent(name)
    call = lineage.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call) or dotted(call.func) != "setattr" or len(call.args) != 3:
        return None
    receiver, second, value = call.args
    return Store(call, receiver.value, value.value) if second is arg else None
