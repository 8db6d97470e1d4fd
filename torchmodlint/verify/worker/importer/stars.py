"""Star imports: which names only a library can have given that is not there."""

from __future__ import annotations

import ast
import importlib.util
import sys
import types
from collections.abc import Sequence
from typing import Any

from torchmodlint.verify.worker.importer.stubs import Demand, StubModule, named


class Stars:
    """The star imports of a module: what a missing library would have given through them."""

    def __init__(self, module: types.ModuleType, tree: ast.Module | None) -> None:
        self.module = module
        self.sources = list(star_imports(tree, module)) if tree is not None else []

    def find(self, name: str) -> Any:
        """A stand-in for a name that can only come through a star import of a missing library."""
        if not name.startswith("__"):
            source = missing_star(self.sources)
            if source is not None:
                return self.module.__dict__.setdefault(name, named(f"{source}.{name}"))
        raise KeyError(name)


def star_imports(tree: ast.Module, module: types.ModuleType) -> list[str]:
    """The dotted names of the modules that one star-imports."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            dotted = "." * node.level + (node.module or "")
            try:
                found.append(importlib.util.resolve_name(dotted, module.__package__ or None))
            except ImportError:
                pass
    return found


def missing_star(sources: Sequence[str], seen: frozenset[str] = frozenset()) -> str | None:
    """The first of these modules that is a stand-in, or star-imports one."""
    for source in sources:
        if source in seen:
            continue
        module = sys.modules.get(source)
        if isinstance(module, StubModule):
            return source
        fallback = vars(module).get("__builtins__") if module is not None else None
        if isinstance(fallback, Demand):
            further = getattr(getattr(fallback._find, "__self__", None), "sources", None)
            if further:
                found = missing_star(further, seen | {source})
                if found is not None:
                    return found
    return None
