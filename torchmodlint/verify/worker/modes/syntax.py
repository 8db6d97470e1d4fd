"""Small things about syntax trees, for those who change or read them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

HELPERS = "_tml_"
EXITS = ("exit", "quit", "_exit", "abort")
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def span(node: ast.expr, lines: Sequence[str]) -> tuple[int, int, int, int]:
    """Line, column, end line and end column of an expression, as findings have them."""

    def column(line: int, offset: int) -> int:
        text = lines[line - 1] if line <= len(lines) else ""
        return len(text.encode()[:offset].decode(errors="replace")) + 1

    end = node.end_lineno or node.lineno
    return node.lineno, column(node.lineno, node.col_offset), end, column(end, node.end_col_offset or 0)


def imported(node: ast.Import | ast.ImportFrom) -> list[tuple[str, int, str, str | None]]:
    """What an import binds: the name, the level, the module and the name in it (None for the module itself)."""
    if isinstance(node, ast.Import):
        return [
            (one.asname, 0, one.name, None) if one.asname else (one.name.split(".")[0], 0, one.name.split(".")[0], None)
            for one in node.names
        ]
    return [(one.asname or one.name, node.level, node.module or "", one.name) for one in node.names if one.name != "*"]


def bind(name: str, level: int, module: str, member: str | None) -> ast.stmt:
    value = helper("imported", ast.Constant(level), ast.Constant(module), ast.Constant(member))
    return ast.Assign([ast.Name(name, ast.Store())], value)


def name_of(helper: str) -> ast.expr:
    return ast.Name(HELPERS + helper, ast.Load())


def helper(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(name_of(name), list(arguments), [])


def at(node: Any, like: ast.AST) -> Any:
    """The node at the place of another; what is inside it gets its places in the end, from what is around it."""
    return ast.copy_location(node, like)


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    return node.id if isinstance(node, ast.Name) else ""


def shape(target: ast.expr | None) -> ast.expr:
    """What a target unpacks into, as a constant expression: None for one name, a tuple of shapes, "*" for the rest."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return ast.Tuple([shape(one) for one in target.elts], ast.Load())
    return ast.Constant("*" if isinstance(target, ast.Starred) else None)


def hinted(test: ast.expr, hint: bool | None, matters: bool) -> Any:
    """The test, whose opaque parts prefer to go this way, and are told whether it matters which way they go."""
    if hint is None and matters:
        return test
    if isinstance(test, ast.BoolOp):
        test.values = [hinted(one, hint, matters) for one in test.values]
        return test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test.operand = hinted(test.operand, None if hint is None else not hint, matters)
        return test
    return at(helper("prefer", ast.Constant(hint), ast.Constant(matters), test), test)


def spans(body: Sequence[ast.AST], lines: Sequence[int]) -> bool:
    """Does one of the lines belong to these nodes?"""
    first = getattr(body[0], "lineno", 0) if body else 0
    last = getattr(body[-1], "end_lineno", None) or 0 if body else 0
    return any(first <= line <= last for line in lines)


def first(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The line on which a function begins, with its decorators."""
    return min([function.lineno, *(one.lineno for one in function.decorator_list)])


def leaves(body: list[ast.stmt]) -> bool:
    """Does what it is in end here?"""
    if not body:
        return False
    last = body[-1]
    ends = isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and last_name(last.value.func) in EXITS
    return ends or isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break))


def without_annotations(arguments: ast.arguments) -> None:
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    for one in every:
        if one is not None:
            one.annotation = None
