"""Which hooks a visitor has, and which visitors the shared walk cannot serve."""

from __future__ import annotations

from functools import cache
from types import FunctionType, MethodType

import libcst as cst

_PREFIXES = ("visit_", "leave_")
_OWN_WAYS = ("on_visit", "on_leave", "on_visit_attribute", "on_leave_attribute")
_MATCHER_MARKS = ("_visit_matcher", "_leave_matcher", "_call_if_inside_matcher", "_call_if_not_inside_matcher")
_NAME_PROVIDERS = frozenset({"ScopeProvider", "QualifiedNameProvider", "FullyQualifiedNameProvider"})
_STUBS = cst.BatchableCSTVisitor.__mro__


@cache
def hook_names(visitor_type: type[cst.BatchableCSTVisitor]) -> tuple[str, ...]:
    """The names of the methods that LibCST's `visit_batched` would call on a visitor of this class.

    Raises TypeError, with the reason, for a class whose hooks the shared walk would call otherwise than LibCST does.
    """
    if not issubclass(visitor_type, cst.BatchableCSTVisitor):
        raise TypeError(f"{visitor_type.__name__} must be a subclass of libcst.BatchableCSTVisitor to be walked")
    _refuse_own_ways(visitor_type)
    names: dict[str, object] = {}
    for ancestor in visitor_type.__mro__:
        if ancestor in _STUBS:
            continue
        for name, value in vars(ancestor).items():
            _refuse_matchers(visitor_type, name, value)
            # The first definition in the order of the base classes is the one that counts.
            if name.startswith(_PREFIXES):
                names.setdefault(name, value)
    return tuple(sorted(name for name, value in names.items() if _is_hook(value)))


def hooks_of(visitor: cst.BatchableCSTVisitor) -> list[tuple[str, MethodType]]:
    """The names and bound methods of the hooks of `visitor`. Raises TypeError as `hook_names` does."""
    names = hook_names(type(visitor))
    _refuse_unfilled_metadata(visitor)
    for name, value in vars(visitor).items():
        if isinstance(value, MethodType) and name.startswith(_PREFIXES):
            raise TypeError(f"{type(visitor).__name__}.{name} is set on the instance: define hooks in the class")
    return [(name, getattr(visitor, name)) for name in names]


@cache
def _dependencies(visitor_type: type[cst.BatchableCSTVisitor]) -> tuple[type, ...]:
    """The metadata that visitors of a class ask for, by the classes that provide it."""
    return tuple(visitor_type.get_inherited_dependencies())


def _is_hook(value: object) -> bool:
    if isinstance(value, classmethod):
        value = value.__func__
    if not isinstance(value, FunctionType):
        return False
    return value.__name__.startswith(_PREFIXES) and not getattr(value, "_is_no_op", False)


def _refuse_own_ways(visitor_type: type[cst.BatchableCSTVisitor]) -> None:
    for name in _OWN_WAYS:
        if hasattr(visitor_type, name):
            raise TypeError(f"{visitor_type.__name__} defines {name}, which is not called: write visit_<type> methods")
    if visitor_type.get_visitors is not cst.BatchableCSTVisitor.get_visitors:
        raise TypeError(f"{visitor_type.__name__} overrides get_visitors, which is not called")
    for provider in _dependencies(visitor_type):
        for ancestor in provider.__mro__:
            if ancestor.__name__ in _NAME_PROVIDERS:
                raise TypeError(
                    f"{visitor_type.__name__} has {provider.__name__} among its METADATA_DEPENDENCIES, which costs "
                    "several times as much as parsing: use the names of torchmodlint.analysis"
                )


def _refuse_matchers(visitor_type: type[cst.BatchableCSTVisitor], name: str, value: object) -> None:
    if any(hasattr(value, mark) for mark in _MATCHER_MARKS):
        raise TypeError(
            f"{visitor_type.__name__}.{name} has a decorator of libcst.matchers, which is not honoured: "
            "test the node in the method"
        )


def _refuse_unfilled_metadata(visitor: cst.BatchableCSTVisitor) -> None:
    needed = _dependencies(type(visitor))
    missing = [one.__name__ for one in needed if one not in getattr(visitor, "metadata", {})]
    if missing:
        raise TypeError(
            f"{type(visitor).__name__} has {', '.join(sorted(missing))} among its METADATA_DEPENDENCIES, and nothing "
            "fills it in: positions are worked out for findings only"
        )
