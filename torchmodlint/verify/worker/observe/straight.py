"""Does a line run whatever the arguments are? Only what nothing branches around or above does so for sure."""

from __future__ import annotations

import ast
import linecache
from functools import lru_cache
from types import CodeType

# What may keep the statements in it, or those that follow, from running in another construction.
BRANCHING = (ast.If, ast.For, ast.While, ast.Try, ast.Match, ast.IfExp, ast.BoolOp, ast.Lambda, ast.comprehension)


def always_reaches(code: CodeType, line: int, text: str | None = None) -> bool:
    """Does every call of the function come to this line? `text` is the source of its file, if it is not on disk."""
    function = _functions(text or "".join(linecache.getlines(code.co_filename))).get(
        (code.co_name, code.co_firstlineno)
    )
    if function is None:
        return False
    for statement in function.body:
        nodes = list(ast.walk(statement))
        if statement.lineno <= line <= (statement.end_lineno or line):
            return not any(isinstance(node, BRANCHING) for node in nodes)
        if any(isinstance(node, ast.Return) for node in nodes):
            return False
    return False


@lru_cache(maxsize=16)
def _functions(text: str) -> dict[tuple[str, int], ast.FunctionDef]:
    """The functions of a source, by name and first line as their code has it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    return {
        (node.name, min([node.lineno, *(one.lineno for one in node.decorator_list)])): node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
