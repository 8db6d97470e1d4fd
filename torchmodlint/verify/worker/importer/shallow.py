"""Packages whose `__init__` is not run: their modules can be imported all the same."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import types
from pathlib import Path
from typing import Any

_asked: set[tuple[str, str]] = set()  # packages and names, by the search that is under way


class ShallowPackage(types.ModuleType):
    """A package whose names are looked for where its `__init__` would have imported them from."""

    def __getattr__(self, name: str) -> Any:
        # Packages that star-import one another are asked once each, however many ways lead from one to the next.
        if not name.startswith("__") and (self.__name__, name) not in _asked:
            first = not _asked
            _asked.add((self.__name__, name))
            try:
                return self._found(name)
            finally:
                if first:
                    _asked.clear()
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def _found(self, name: str) -> Any:
        for source in self._sources(name):
            try:
                module = importlib.import_module(source)
            except Exception:
                continue
            if source.rpartition(".")[2] == name and source.startswith(f"{self.__name__}."):
                return module
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def _sources(self, name: str) -> list[str]:
        """The modules that may hold the name: those it is imported from, the star-imported ones, one so named."""
        named: list[str] = []
        starred: list[str] = []
        for folder in self.__path__:
            file = Path(folder) / "__init__.py"
            try:
                tree = ast.parse(file.read_text(encoding="utf-8"))
            except (OSError, ValueError, SyntaxError):
                continue
            for node in ast.walk(tree):
                if not isinstance(node, ast.ImportFrom):
                    continue
                names = [alias.asname or alias.name for alias in node.names]
                if name in names or "*" in names:
                    dotted = "." * node.level + (node.module or "")
                    source = importlib.util.resolve_name(dotted, self.__name__)
                    (named if name in names else starred).append(source)
        return [*named, *starred, f"{self.__name__}.{name}", *self._defining(name)]

    def _defining(self, name: str) -> list[str]:
        """The modules of the package itself that define the name."""
        definition = re.compile(rf"^(?:class|def) {re.escape(name)}\b|^{re.escape(name)}\s*=", re.MULTILINE)
        found = []
        for folder in self.__path__:
            for file in sorted(Path(folder).glob("*.py")):
                try:
                    text = file.read_text(encoding="utf-8")
                except (OSError, ValueError):
                    continue
                if file.stem != "__init__" and definition.search(text):
                    found.append(f"{self.__name__}.{file.stem}")
        return found
