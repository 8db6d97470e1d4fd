"""No extension is compiled for an import: it takes minutes, and what it gives is mostly for other devices."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import Any, NoReturn

EXTENSIONS = "torch.utils.cpp_extension"
COMPILERS = ("load", "load_inline")


class NoCompilers(MetaPathFinder):
    """Finds torch's module that compiles extensions, and takes the functions away that do it."""

    def __init__(self) -> None:
        if EXTENSIONS in sys.modules:
            _disarm(sys.modules[EXTENSIONS])

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        if fullname != EXTENSIONS:
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def exec_module(self, module: types.ModuleType) -> None:
        super().exec_module(module)
        _disarm(module)


def _disarm(module: types.ModuleType) -> None:
    for name in COMPILERS:
        setattr(module, name, _missing(name))


def _missing(name: str) -> Callable[..., NoReturn]:
    def compiling(*args: Any, **kwargs: Any) -> NoReturn:
        # As if the function were not there: code that can do without goes on, and for other code it is stood in for.
        raise ImportError(f"cannot import name '{name}' from '{EXTENSIONS}' (nothing is compiled for an import)")

    return compiling
