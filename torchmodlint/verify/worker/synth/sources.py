"""The syntax of the code that runs: the function of a frame, the statement of a line, the expression that failed."""

from __future__ import annotations

import ast
import linecache
import types
from collections.abc import Iterable, Iterator
from functools import lru_cache

LONGEST = 5_000  # lines of a file that is worth parsing for a hint
Function = ast.FunctionDef | ast.AsyncFunctionDef


_known: dict[str, ast.Module] = {}


def prime(filename: str, tree: ast.Module) -> None:
    """A file's tree is known already; what is worked out from it serves all processes that are forked later."""
    if _known.get(filename) is not tree:
        _known[filename] = tree
        tree_of.cache_clear()
        _functions.cache_clear()
        _functions(filename)


@lru_cache(maxsize=256)
def tree_of(filename: str) -> ast.Module | None:
    """The syntax tree of a file, as linecache knows it (the linted text), or None."""
    if filename in _known:
        return _known[filename]
    lines = linecache.getlines(filename)
    if not lines or len(lines) > LONGEST:
        return None
    try:
        return ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return None


@lru_cache(maxsize=256)
def _functions(filename: str) -> dict[int, Function]:
    tree = tree_of(filename)
    found: dict[int, Function] = {}
    for node in _definitions(tree.body) if tree is not None else ():
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        found[first] = found[node.lineno] = node
    return found


def _definitions(body: Iterable[ast.AST]) -> Iterator[Function]:
    """All functions below some statements; expressions, of which there are many more, hold none."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inside = getattr(node, name, None)
            if isinstance(inside, list):
                yield from _definitions(inside)


def function_of(code: types.CodeType) -> Function | None:
    """The definition of a function's code."""
    node = _functions(code.co_filename).get(code.co_firstlineno)
    return node if node is not None and node.name == code.co_name else None


def code_of(function: object) -> types.CodeType | None:
    """The code of a function, behind decorators that name what they wrap."""
    for _ in range(10):
        inner = getattr(function, "__wrapped__", None) or getattr(function, "__func__", None)
        if inner is None:
            break
        function = inner
    code = getattr(function, "__code__", None)
    return code if isinstance(code, types.CodeType) else None


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a body in source order, those inside others after them; not those of inner definitions."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for name in ("body", "orelse", "finalbody"):
            yield from statements(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            yield from statements(handler.body)
        for case in getattr(statement, "cases", []):
            yield from statements(case.body)


def statement_at(function: Function, line: int) -> ast.stmt | None:
    """The innermost statement of a function that spans a line."""
    found = None
    for statement in statements(function.body):
        if statement.lineno <= line <= (statement.end_lineno or statement.lineno):
            found = statement
    return found


def expression_at(statement: ast.stmt, position: tuple[int, int, int, int] | None) -> ast.AST:
    """The part of a statement that was running; the whole statement (its head, for a block) where it is unknown."""
    if position is not None:
        line, end_line, column, end_column = position
        for node in ast.walk(statement):
            if (
                isinstance(node, ast.expr)
                and (node.lineno, node.end_lineno) == (line, end_line)
                and (node.col_offset, node.end_col_offset) == (column, end_column)
            ):
                return node
    for head in ("test", "iter", "subject"):
        if hasattr(statement, head):
            found: ast.AST = getattr(statement, head)
            return found
    if isinstance(statement, ast.With):
        return statement.items[0].context_expr
    return statement


def position_of(trace: types.TracebackType) -> tuple[int, int, int, int] | None:
    """Where in its line a traceback's frame was: line, last line, column, last column. Python 3.11 and later know."""
    positions = getattr(trace.tb_frame.f_code, "co_positions", None)
    if positions is None:
        return None
    for index, one in enumerate(positions()):
        if index == trace.tb_lasti // 2:
            line, end_line, column, end_column = one
            if line is None or end_line is None or column is None or end_column is None:
                return None
            return line, end_line, column, end_column
    return None
