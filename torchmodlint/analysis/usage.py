"""How the methods of a class use what they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from torchmodlint.analysis.definitions import first_parameter
from torchmodlint.analysis.instances import Methods
from torchmodlint.analysis.project import Ref
from torchmodlint.analysis.tree import within


@dataclass(frozen=True)
class Read:
    """One place that reads `self.name`; `above` are the nodes around it, the nearest last."""

    name: str
    node: cst.Attribute
    above: tuple[cst.CSTNode, ...]
    method: cst.FunctionDef


def self_attributes(function: cst.FunctionDef) -> Iterator[Read]:
    """Every `self.name` in a method, written or read."""
    me = first_parameter(function)
    for node, above in within(function.body):
        # The type itself, because isinstance() of what a node is not is slow.
        if type(node) is cst.Attribute and type(node.value) is cst.Name and node.value.value == me:
            yield Read(node.attr.value, node, above, function)


def reached(methods: Methods, roots: Iterable[str]) -> Methods:
    """The methods that the methods `roots` mention on `self`, directly or not, themselves included."""
    found: dict[str, tuple[Ref, cst.FunctionDef]] = {}
    todo = [name for name in roots if name in methods]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found[name] = methods[name]
        todo += [read.name for read in self_attributes(found[name][1]) if read.name in methods]
    return found


def stores(read: Read) -> bool:
    """Is the attribute the target of an assignment or deletion there, and not read?"""
    parent = read.above[-1] if read.above else None
    if isinstance(parent, cst.AssignTarget | cst.Del):
        return True
    if isinstance(parent, cst.AnnAssign):
        return parent.target is read.node
    if isinstance(parent, cst.Element):
        owners = [one for one in read.above if isinstance(one, cst.AssignTarget)]
        return bool(owners) and not any(isinstance(one, cst.Subscript | cst.Call) for one in read.above[-3:])
    return False
