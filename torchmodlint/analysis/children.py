"""Which fields of a LibCST node hold other nodes, and in which order LibCST visits them.

Nothing is copied from LibCST into a table here, so that a newer LibCST needs no change: each node type is asked
once, with a stand-in for the node that writes down which of its fields are visited.
"""

from __future__ import annotations

import re
import sys
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

import libcst as cst


class UnknownShapeError(TypeError):
    """LibCST visits the fields of a node type in a way that this file does not understand."""


class ChildField(typing.NamedTuple):
    """A field of a node type that holds a node, several, or none."""

    name: str
    holds: frozenset[type[cst.CSTNode]]  # as annotated, so mostly abstract: BaseExpression and not Name
    single: bool  # the value can be one node
    several: bool  # the value can be a sequence of nodes
    none: bool  # the value can be None
    maybe: bool  # the value can be MaybeSentinel.DEFAULT
    quiet: bool = False  # None is passed over without visit_<type>_<field> and leave_<type>_<field>


@cache
def node_types() -> tuple[type[cst.CSTNode], ...]:
    """All node types that are loaded and can stand in a tree, sorted by name."""
    found: dict[type[cst.CSTNode], None] = {}
    todo: list[typing.Any] = [cst.CSTNode]
    while todo:
        for subclass in todo.pop().__subclasses__():
            if subclass not in found:
                found[subclass] = None
                todo.append(subclass)
    # LibCST makes each class twice (once more with slots); only the second one is reachable by its name.
    return tuple(sorted(filter(_is_real, found), key=lambda node_type: node_type.__name__))


def _is_real(node_type: type[cst.CSTNode]) -> bool:
    if getattr(node_type, "__abstractmethods__", None):
        return False
    if not node_type.__module__.startswith("libcst."):
        return True
    return getattr(sys.modules[node_type.__module__], node_type.__name__, None) is node_type


@cache
def child_fields(node_type: type[cst.CSTNode]) -> tuple[ChildField, ...]:
    """The fields of `node_type` that hold nodes, in the order in which LibCST visits them.

    Raises UnknownShapeError when that order cannot be told.
    """
    annotated = _annotated_fields(node_type)
    everything_there = _rehearse(node_type, absent=frozenset())
    names = [name for event, name in everything_there if event == "enter"]
    regular = [(event, name) for name in names for event in ("enter", "child", "leave")]
    if everything_there != regular or set(names) != annotated.keys() or len(set(names)) != len(names):
        raise UnknownShapeError(f"cannot tell in which order LibCST {node_type.__name__} visits its fields")
    optional = frozenset(name for name in names if annotated[name].none)
    if not optional:
        return tuple(annotated[name] for name in names)
    heard = {name for _, name in _rehearse(node_type, absent=optional)}
    return tuple(annotated[name]._replace(quiet=name not in heard) for name in names)


class _Child:
    """Stands in for the value of any field: a node, and a sequence of one node, at once."""

    def __init__(self, name: str, log: list[tuple[str, str]]) -> None:
        self._name = name
        self._log = log

    def visit(self, _visitor: object) -> _Child:
        self._log.append(("child", self._name))
        return self

    def __iter__(self) -> Iterator[_Child]:
        return iter((self,))

    def _is_removable(self) -> bool:
        return False


class _Node:
    """Stands in for `self` in `_visit_and_replace_children`."""

    def __init__(self, log: list[tuple[str, str]], absent: frozenset[str]) -> None:
        self._log = log
        self._absent = absent

    def __getattr__(self, name: str) -> _Child | None:
        return None if name in self._absent else _Child(name, self._log)


class _Recorder:
    """Stands in for the visitor."""

    def __init__(self, log: list[tuple[str, str]]) -> None:
        self._log = log

    def on_visit_attribute(self, _node: object, name: str) -> None:
        self._log.append(("enter", name))

    def on_leave_attribute(self, _node: object, name: str) -> None:
        self._log.append(("leave", name))


def _rehearse(node_type: type[cst.CSTNode], absent: frozenset[str]) -> list[tuple[str, str]]:
    """The events of visiting a `node_type`, `absent` fields being None and all others holding one node."""
    log: list[tuple[str, str]] = []
    visit: typing.Any = node_type._visit_and_replace_children
    try:
        visit(_Node(log, absent), _Recorder(log))
    except Exception:
        # The last step builds a new node from the stand-ins, which most node types refuse. Whether it was indeed the
        # last step is seen from the log: the caller checks that it names every field that is annotated with a node.
        pass
    return log


def _annotated_fields(node_type: type[cst.CSTNode]) -> dict[str, ChildField]:
    if not is_dataclass(node_type):
        raise UnknownShapeError(f"LibCST {node_type.__name__} is not a dataclass")
    found = {}
    for field in fields(node_type):
        annotation: typing.Any = field.type
        value = _value(annotation, node_type.__module__)
        if value.holds:
            found[field.name] = ChildField(field.name, *value)
    return found


class _Value(typing.NamedTuple):
    """What a value with some annotation can be; the fields are those of `ChildField`."""

    holds: frozenset[type[cst.CSTNode]]
    single: bool = False
    several: bool = False
    none: bool = False
    maybe: bool = False


_OTHER = _Value(frozenset())
_WORD = re.compile(r"\w+")
_UNIONS = (typing.Union, type(int | str))


@cache  # there are some 700 fields and 100 different annotations
def _value(annotation: typing.Any, module: str) -> _Value:
    """What a value of this annotation, written in this module, can be."""
    if cst.CSTNode in getattr(annotation, "__mro__", ()):  # issubclass() of an abstract class is slow
        return _Value(frozenset({annotation}), single=True)
    if annotation is None or annotation is type(None):
        return _OTHER._replace(none=True)
    if annotation is cst.MaybeSentinel:
        return _OTHER._replace(maybe=True)
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        value = _any_of([_value(_named(word, module), module) for word in _WORD.findall(annotation)])
        return value._replace(single=True, several="Sequence" in annotation)
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return _OTHER
    value = _any_of([_value(part, module) for part in typing.get_args(annotation)])
    return value if origin in _UNIONS else value._replace(single=False, several=True)


def _any_of(values: list[_Value]) -> _Value:
    holds = frozenset().union(*(value.holds for value in values))
    return _Value(holds, *(any(flags) for flags in zip(*(value[1:] for value in values), strict=True)))


def _named(word: str, module: str) -> typing.Any:
    """What `word`, part of an annotation that is text, means in `module`."""
    if word in ("None", "Optional"):
        return None
    return getattr(sys.modules[module], word, object)
