"""What the object may be on which an attribute is set."""

from __future__ import annotations

from collections.abc import Iterator

from torchmodlint.analysis.instances import Instance, evaluate_class
from torchmodlint.analysis.project import Ref
from torchmodlint.analysis.trees import Trees
from torchmodlint.analysis.values import Each, Opaque, Value, either, possible

DEPTH = 3  # members of members of ...


def members(trees: Trees, value: Value, depth: int = DEPTH) -> Iterator[Value]:
    """The single values that `value` may be, members of other modules looked up where their classes are in sight."""
    if isinstance(value, Each):
        inner = either(*members(trees, value.of, depth))
        value = Each(inner)
    for one in possible(value):
        member = one.member if isinstance(one, Opaque) and depth else None
        found = evaluate_class(trees, member[0], deep=True).value(member[1]) if member else None
        if found is None:
            yield one
        else:
            yield from members(trees, found, depth - 1)


def bound(trees: Trees, instance: Instance, name: str) -> Value | None:
    """What any method of a class binds `self.name` to or, where none does, any method of its nearest base that does."""
    found = instance.value(name)
    for ref in trees.project.ancestors(instance.cls)[0]:
        if found is not None:
            break
        found = evaluate_class(trees, ref, deep=True).value(name) if ref.source is not None else None
    return found


def intercepts(trees: Trees, cls: Ref | None, name: str) -> bool:
    """Does the class, or a base in sight, give the attribute `name` a meaning of its own?"""
    if cls is None:
        return False
    for ref in (cls, *trees.project.ancestors(cls)[0]):
        definitions = trees.definitions(ref.source, True) if ref.source is not None else None
        body = definitions.body(ref.name) if definitions is not None else None
        if body is not None and (name in body.methods or "__setattr__" in body.methods or name in body.names):
            return True
    return False
