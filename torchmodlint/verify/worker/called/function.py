"""The function that holds a line, as the imported file has it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.entries import around, chains
from torchmodlint.verify.worker.modes.program import LONGEST
from torchmodlint.verify.worker.modes.syntax import Function, first, last_name, span

PLAIN = {"staticmethod", "classmethod", "property"}


@dataclass
class Found:
    """A function of the file, or a method with what makes the object whose it is. `outputs` is how many values the
    flagged call is unpacked into; `example` is a tensor that the object's `forward` takes."""

    path: str
    tree: ast.Module
    node: ast.FunctionDef | ast.AsyncFunctionDef
    function: Callable[..., Any]
    make: Callable[[], nn.Module] | None
    outputs: int
    owns: Callable[[str], bool]
    is_bound: bool
    example: torch.Tensor | None = None

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """What it takes, without the object."""
        return list(inspect.signature(self.function).parameters.values())[not self.is_bound :]

    @property
    def setting(self) -> str:
        if self.make is not None:
            return f"in a call of `{self.name}()` of an object that was built"
        return f"in a call of `{self.name}()` with a recording module in the model's place"

    def bound(self) -> Callable[..., Any]:
        """The function, or the method of a new object."""
        return self.function if self.make is None else getattr(self.make(), self.name)

    def trees(self, entered: set[tuple[str, int]]) -> Iterator[tuple[str, ast.Module]]:
        """The files of the functions that were run. Raises Inconclusive for one that cannot be read."""
        for path in sorted({path for path, _ in entered}):
            if path == self.path:
                yield path, self.tree
                continue
            try:
                yield path, ast.parse(Path(path).read_text("utf-8")[:LONGEST])
            except (OSError, ValueError, SyntaxError) as error:
                raise Inconclusive(Reason.UNSUPPORTED, f"{Path(path).name} cannot be read") from error


def find(case: Case, question: Question) -> Found:
    """The function around the flagged line. Raises Inconclusive where it is not to be called by itself."""
    loaded = case.loaded
    if loaded.failure is not None:
        raise loaded.failure
    if loaded.strategy == "slice" or loaded.importer is None:
        raise Inconclusive(Reason.NOT_IMPORTABLE, "the file was imported in part only")
    chain = around(loaded.tree, question.line)
    if not chain:
        raise Inconclusive(Reason.UNSUPPORTED, "the line stands in no function")
    *classes, node = chain
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    if isinstance(node, ast.AsyncFunctionDef) or not all(isinstance(one, ast.ClassDef) for one in classes):
        raise Inconclusive(Reason.UNSUPPORTED, "the line stands in a function inside another one")
    function = make = example = None
    bound = True
    if not classes:
        function = loaded.namespace.get(node.name)
    else:
        qualname = ".".join(one.name for one in classes if isinstance(one, ast.ClassDef))
        cls = loaded.find(qualname)
        _require_own(cls, loaded.importer.territory.owns_module)
        own = inspect.getattr_static(cls, node.name, None)
        bound = isinstance(own, (classmethod, staticmethod))
        function = getattr(cls, node.name, None)
        whole = Case(loaded, qualname, case.options)
        make, example = whole.fresh, _example(whole)
    plain = _unwrapped(function)
    if plain is None or (plain.__code__.co_filename, plain.__code__.co_firstlineno) != (loaded.job.path, first(node)):
        raise Inconclusive(Reason.UNSUPPORTED, f"after the import `{node.name}` is something else")
    switch = _switched_around(loaded.tree, node)
    if switch is not None:
        raise Inconclusive(Reason.UNSUPPORTED, switch)
    owns = loaded.importer.territory.owns_file
    outputs = _outputs(node, question, loaded.job.text.split("\n"))
    assert callable(function)
    return Found(loaded.job.path, loaded.tree, node, function, make, outputs, owns, bound, example)


def _example(case: Case) -> torch.Tensor | None:
    """The first tensor that `forward` takes."""
    given, named = case.found_inputs.make() if case.found_inputs is not None else ([], {})
    return next((one for one in (*given, *named.values()) if isinstance(one, torch.Tensor)), None)


def _unwrapped(function: Any) -> FunctionType | None:
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function if isinstance(function, FunctionType) else None


def _require_own(cls: type, owns: Callable[[str], bool]) -> None:
    """Methods of a class that a library derives from nn.Module may be called with modes that the library has set."""
    for base in cls.__mro__:
        home = base.__module__
        if not (owns(home) or home.partition(".")[0] in ("torch", "builtins", "abc", "typing")):
            raise Inconclusive(Reason.UNSUPPORTED, f"`{cls.__name__}` derives from `{home}.{base.__name__}`")


def _switched_around(tree: ast.Module, function: ast.FunctionDef) -> str | None:
    """A `with` around a call of the function or of one that leads to it, a decorator of one that does, or somebody who
    is given it: what these do is part of the claim, and is not seen in a call of the function alone."""
    names, before = {function.name}, 0
    while len(names) > before:
        before = len(names)
        for chain in chains(tree):
            node = chain[-1]
            if not isinstance(node, Function):
                continue
            decorators = {last_name(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list}
            if node is not function and node.name in names and decorators - PLAIN:
                return f"`{node.name}`, which leads to it, is decorated"
            if any(_calls(one, names) for one in ast.walk(node)):
                names.add(node.name)
    called = {id(one.func) for one in ast.walk(tree) if isinstance(one, ast.Call)}
    for one in ast.walk(tree):
        mentioned = isinstance(one, (ast.Name, ast.Attribute)) and isinstance(one.ctx, ast.Load)
        if mentioned and last_name(one) in names and id(one) not in called:  # type: ignore[arg-type]
            return f"`{last_name(one)}` is handed on on line {one.lineno}"  # type: ignore[arg-type, attr-defined]
    for around_it in ast.walk(tree):
        if isinstance(around_it, ast.With) and any(_calls(one, names) for one in ast.walk(around_it)):
            return f"it is called under the `with` on line {around_it.lineno}"
    return None


def _calls(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in names


def _outputs(node: ast.AST, question: Question, lines: list[str]) -> int:
    flagged = (question.line, question.column, question.end_line, question.end_column)
    for one in ast.walk(node):
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call) and isinstance(one.targets[0], ast.Tuple):
            if span(one.value, lines) == flagged:
                return len(one.targets[0].elts)
    return 1
