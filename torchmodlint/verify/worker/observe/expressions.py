"""The value of one expression in the user's code, each time that it is evaluated.

A function's code is exchanged for the same code with one call in it, and put back afterwards: what runs besides is the
user's own, with its globals, closure and decorators.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.case import Case

NAME = "__torchmodlint_see__"
NESTED = 4  # levels of decorators and closures in which a function is looked for
Place = tuple[int, int, int, int]


def flagged(case: Case, question: Question, wanted: Callable[[ast.expr], bool]) -> ast.expr:
    """The largest expression that is wanted within the flagged place. Raises Inconclusive when there is none."""
    lines = case.loaded.job.text.splitlines() or [""]
    start = (question.line, _bytes(lines, question.line, question.column))
    end = (question.end_line, _bytes(lines, question.end_line, question.end_column))
    found: list[tuple[tuple[int, ...], ast.expr]] = []
    for node in ast.walk(case.loaded.tree):
        if isinstance(node, ast.expr) and wanted(node):
            line, column, end_line, end_column = _place(node)
            if isinstance(node, ast.GeneratorExp):  # its place may be that of the parentheses of a call
                (line, column), (end_line, end_column) = _place(node.elt)[:2], _place(_last(node))[2:]
            if start <= (line, column) and (end_line, end_column) <= end:
                found.append(((line, column, -end_line, -end_column), node))
    if not found:
        raise Inconclusive(Reason.UNSUPPORTED, f"the flagged expression on line {question.line} is not found")
    return min(found, key=lambda one: one[0])[1]


def _bytes(lines: list[str], line: int, column: int) -> int:
    """The column as `ast` counts it: from 0, in bytes."""
    return len(lines[line - 1][: column - 1].encode()) if line <= len(lines) else 0


def _place(node: ast.AST) -> Place:
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    end_line, end_column = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
    return line, column, end_line or line, end_column or column


def _last(node: ast.GeneratorExp) -> ast.expr:
    loop = node.generators[-1]
    return loop.ifs[-1] if loop.ifs else loop.iter


@contextmanager
def seen(case: Case, target: ast.expr, see: Callable[[Any], Any]) -> Iterator[None]:
    """While the block runs, the value of `target` goes through `see`, with whose result the user's code goes on.

    Raises Inconclusive when the function around it cannot be found from the class.
    """
    function, fresh = _exchange(case, target)
    original = function.__code__
    function.__globals__[NAME] = see
    function.__code__ = fresh
    try:
        yield
    finally:
        function.__code__ = original
        function.__globals__.pop(NAME, None)


def _exchange(case: Case, target: ast.expr) -> tuple[types.FunctionType, types.CodeType]:
    """The function around the expression, and its code with the call in it."""
    tree = ast.parse(case.loaded.job.text)
    around = _function_around(tree, target)
    path = case.loaded.job.path
    if around is not None:
        wrapped = ast.fix_missing_locations(_Wrap(target).visit(tree))
        first = min([around.lineno, *(one.lineno for one in around.decorator_list)])
        for fresh in _codes(compile(wrapped, path, "exec", dont_inherit=True)):
            if fresh.co_name == around.name and fresh.co_firstlineno == first:
                for function in _functions(case.cls, fresh, path):
                    return function, fresh
    raise Inconclusive(Reason.UNSUPPORTED, f"the method around line {target.lineno} is not found on the class")


class _Wrap(ast.NodeTransformer):
    """Puts the call around the expression that has the place and the kind of `target`."""

    def __init__(self, target: ast.expr) -> None:
        self.kind, self.place = type(target), _place(target)

    def visit(self, node: ast.AST) -> Any:
        if type(node) is self.kind and _place(node) == self.place:
            call = ast.Call(ast.Name(NAME, ast.Load()), [node], [])
            return ast.copy_location(call, node)
        return self.generic_visit(node)


def _function_around(tree: ast.AST, target: ast.expr) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The outermost function that the expression stands in."""
    line, column, _, _ = _place(target)
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            start_line, start_column, end_line, end_column = _place(child)
            if (start_line, start_column) <= (line, column) <= (end_line, end_column):
                return child
        else:
            found = _function_around(child, target) if hasattr(child, "body") else None
            if found is not None:
                return found
    return None


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def _functions(cls: type, fresh: types.CodeType, path: str) -> Iterator[types.FunctionType]:
    """The functions of the class, and of its bases, that this is the code of."""
    for base in cls.__mro__:
        for value in vars(base).values():
            for function in _within(value, NESTED):
                code = function.__code__
                same = (code.co_filename, code.co_name, code.co_firstlineno, code.co_freevars)
                if same == (path, fresh.co_name, fresh.co_firstlineno, fresh.co_freevars):
                    yield function


def _within(value: Any, depth: int) -> Iterator[types.FunctionType]:
    """The function itself, or those behind a descriptor, a decorator or a closure."""
    if depth < 0:
        return
    if isinstance(value, types.FunctionType):
        yield value
        for cell in value.__closure__ or ():
            try:
                content = cell.cell_contents
            except ValueError:  # not filled yet
                continue
            if isinstance(content, (types.FunctionType, types.MethodType)):
                yield from _within(content, depth - 1)
    for name in ("__func__", "__wrapped__", "fget", "func"):
        inner = getattr(value, name, None) if not isinstance(value, type) else None
        if isinstance(inner, (types.FunctionType, types.MethodType)):
            yield from _within(inner, depth - 1)
