"""Does a class with a `__call__` of its own hand calls over to nn.Module's, which is where hooks run?"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from torch import nn

OF_MODULE = {"__call__", "_call_impl", "_wrapped_call_impl"}  # all names of nn.Module's own
TORCH = "torch."


def hands_over(cls: type[nn.Module]) -> bool:
    """Does code of the class, of its bases below nn.Module, or of a function that such code knows by a global name or
    has closed over, say a name of it?"""
    waiting: list[Any] = []
    for base in cls.__mro__:
        if not base.__module__.startswith(TORCH):
            waiting += vars(base).values()
    known: set[FunctionType] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, property):
            waiting += [value.fget, value.fset]
        function = getattr(value, "__func__", value)
        if not isinstance(function, FunctionType) or function in known or str(function.__module__).startswith(TORCH):
            continue
        known.add(function)
        names = set(_names(function.__code__))
        if names & OF_MODULE:
            return True
        waiting += [function.__globals__[name] for name in names & function.__globals__.keys()]
        waiting += inspect.getclosurevars(function).nonlocals.values()
    return False


def _names(code: CodeType) -> Iterator[str]:
    """Names and texts in the code and all that is nested in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, CodeType):
            yield from _names(constant)
