"""Library sources as an index of names: what a dotted name in a module of a surveyed library means.

Only names at the top level of modules count, in whatever branch of `if` or `try` they stand; `if TYPE_CHECKING` is
where lazily importing libraries say what they export.
"""

from __future__ import annotations

import ast
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

# Sources that are not the library: their classes would only collide with real ones. Dummies stand in for classes whose
# dependencies are missing.
LEFT_OUT = re.compile(
    r"(^|/)(tests?|testing|examples?|scripts|benchmarks?|docs?|recipes|projects)/|(^|/)(test_[^/]*|dummy_[^/]*objects\.py)$"
)


@dataclass
class Source:
    """One module: its own classes and functions, and where its other names come from."""

    name: str
    package: str  # what a relative import starts from
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # name -> dotted name, absolute
    stars: list[str] = field(default_factory=list)
    exports: frozenset[str] = frozenset()  # what its __all__ says, where that is a plain list


def read_wheel(wheel: Path, only: str = "") -> Iterator[Source]:
    """Every module of a wheel whose path matches the pattern `only`, but for tests and the like."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".py") or LEFT_OUT.search(name) or not re.search(only, name):
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes in other people's docstrings
                try:
                    tree = ast.parse(archive.read(name))
                except (SyntaxError, ValueError):
                    continue  # templates and Python 2 files
            yield index(name, tree)


def index(path: str, tree: ast.Module) -> Source:
    """The index of one parsed file; `path` is its path from the root of the wheel."""
    parts = PurePosixPath(path).with_suffix("").parts
    initial = parts[-1] == "__init__"
    dotted = ".".join(parts[:-1] if initial else parts)
    source = Source(dotted, dotted if initial else dotted.rpartition(".")[0])
    for statement in _flat(tree.body):
        _add(source, statement)
    return source


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            yield from _flat(statement.orelse)  # before the body, so that the body's names win
            yield from _flat(statement.body)
        elif isinstance(statement, ast.Try):
            for handler in statement.handlers:
                yield from _flat(handler.body)
            yield from _flat([*statement.body, *statement.orelse])


def _add(source: Source, statement: ast.stmt) -> None:
    if isinstance(statement, ast.ClassDef):
        source.classes[statement.name] = statement
    elif isinstance(statement, ast.FunctionDef):
        source.functions[statement.name] = statement
    elif isinstance(statement, ast.Import):
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            source.names[name] = alias.name if alias.asname else name
    elif isinstance(statement, ast.ImportFrom):
        origin = _origin(source.package, statement)
        for alias in statement.names:
            if alias.name == "*":
                source.stars.append(origin)
            else:
                source.names[alias.asname or alias.name] = f"{origin}.{alias.name}"
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], dotted_name(statement.value)
        if (
            isinstance(target, ast.Name)
            and target.id == "__all__"
            and isinstance(statement.value, ast.List | ast.Tuple)
        ):
            names = [e.value for e in statement.value.elts if isinstance(e, ast.Constant)]
            source.exports = frozenset(str(name) for name in names)
        elif isinstance(target, ast.Name) and value and value != target.id:
            source.names.setdefault(target.id, f".{value}")  # the dot: to be looked up in this module


def _origin(package: str, statement: ast.ImportFrom) -> str:
    if not statement.level:
        return statement.module or ""
    parts = package.split(".")
    parts = parts[: len(parts) - statement.level + 1]
    return ".".join([*parts, statement.module] if statement.module else parts)


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` for a chain of names, also under a subscript (a generic class); "" for anything else."""
    if isinstance(node, ast.Subscript):
        node = node.value
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


class Sources:
    """All surveyed modules of all libraries."""

    def __init__(self) -> None:
        self.modules: dict[str, Source] = {}

    def add(self, sources: Iterator[Source]) -> None:
        for source in sources:
            self.modules[source.name] = source

    def canonical(self, module: str, dotted: str, depth: int = 0) -> str:
        """The dotted name by which `dotted`, written in `module`, is defined; unchanged as far as it is not known."""
        source = self.modules[module]
        head, dot, rest = dotted.partition(".")
        if depth > 30:
            return dotted
        if head in source.classes or head in source.functions:
            return f"{module}.{dotted}"
        if head in source.names:
            target = source.names[head]
            if target.startswith("."):
                return self.canonical(module, target[1:] + dot + rest, depth + 1)
            return self.absolute(target + dot + rest, depth + 1)
        for star in source.stars:
            if star in self.modules and not head.startswith("_") and star != module:
                found = self.canonical(star, dotted, depth + 1)
                if found != dotted:
                    return found
        if f"{module}.{head}" in self.modules:
            return self.absolute(f"{module}.{dotted}", depth + 1)
        return dotted

    def absolute(self, dotted: str, depth: int = 0) -> str:
        """The same for an absolute dotted name."""
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:cut])
            if module in self.modules:
                if cut == len(parts) or dotted in self.modules:
                    return dotted
                rest = ".".join(parts[cut:])
                found = self.canonical(module, rest, depth + 1)
                return dotted if found == rest else found
        return dotted

    def class_at(self, dotted: str) -> ast.ClassDef | None:
        module, _, name = dotted.rpartition(".")
        return self.modules[module].classes.get(name) if module in self.modules else None

    def function_at(self, dotted: str) -> ast.FunctionDef | None:
        module, _, name = dotted.rpartition(".")
        return self.modules[module].functions.get(name) if module in self.modules else None

    def classes(self) -> Iterator[str]:
        for module in sorted(self.modules):
            for name in sorted(self.modules[module].classes):
                yield f"{module}.{name}"
