"""What is known of a class's constructor before it is called: parameters, annotations, how they are used."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import Any

from torch import nn

from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.annotations import hints_of
from torchmodlint.verify.worker.synth.flow import usages_of
from torchmodlint.verify.worker.synth.names import scope
from torchmodlint.verify.worker.synth.usage import Usage

KEYWORD = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class Blueprint:
    """One class as the search sees it. `call` is the expression for the class, mostly its qualified name."""

    def __init__(self, loaded: Loaded, cls: type, call: str) -> None:
        self.loaded = loaded
        self.cls = cls
        self.call = call
        self.scope = scope(loaded.namespace)

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The parameters of the constructor without self, in order."""
        return parameters_of(self.cls)

    @cached_property
    def all_parameters(self) -> dict[str, inspect.Parameter]:
        """Those of the constructors above it too, which **kwargs may reach."""
        found = dict(self.parameters)
        if any(one.kind is one.VAR_KEYWORD for one in found.values()):
            for base in self.cls.__mro__[1:]:
                if "__init__" in vars(base) and base not in (nn.Module, object):
                    for name, parameter in _of(vars(base)["__init__"]).items():
                        found.setdefault(name, parameter)
        return found

    @cached_property
    def hints(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for base in reversed(self.cls.__mro__):
            if "__init__" in vars(base) and base is not object:
                found.update(hints_of(vars(base)["__init__"], self.scope))
        if "__init__" not in vars(self.cls) or hasattr(self.cls, "__dataclass_fields__"):
            found.update(hints_of(inspect.getattr_static(self.cls, "__init__"), self.scope))
        return found

    @cached_property
    def usages(self) -> dict[str, Usage]:
        names = list(self.all_parameters)
        try:
            return usages_of(self.cls, names)
        except Exception:  # a hint only
            return {name: Usage() for name in names}

    @property
    def takes_any(self) -> bool:
        """Does it take any keyword?"""
        return any(one.kind is one.VAR_KEYWORD for one in self.parameters.values())

    @property
    def required(self) -> list[str]:
        """The parameters that must be given."""
        return [
            name
            for name, one in self.parameters.items()
            if one.default is one.empty and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
        ]

    def default(self, name: str) -> Any:
        one = self.all_parameters.get(name)
        return one.default if one is not None else inspect.Parameter.empty


def parameters_of(cls: type) -> dict[str, inspect.Parameter]:
    """The parameters with which a class is called."""
    init = inspect.getattr_static(cls, "__init__", None)
    new = inspect.getattr_static(cls, "__new__", None)
    if init is object.__init__ and new is not object.__new__ and new is not None:
        return _of(getattr(new, "__func__", new))
    return _of(init)


def _of(function: Any) -> dict[str, inspect.Parameter]:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return {}
    return dict(list(signature.parameters.items())[1:])
