"""The frames on the way to a failure: what was running in each, and under which conditions."""

from __future__ import annotations

import ast
import types
from dataclasses import dataclass
from typing import Any

from torchmodlint.verify.worker.synth.sources import Function, expression_at, function_of, position_of, statement_at

MACHINERY = ("torch/nn/modules/module.py", "torch/overrides.py", "torch/utils/_device.py", "torch/_tensor.py")
DEEPEST = 6  # levels that count
WITHIN = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>")


@dataclass
class Level:
    """One function on the way to the failure: the expression that was running in it.

    `inner` is the frame of a comprehension or a lambda in it, where that was running: to Python a function of its own.
    """

    frame: types.FrameType
    function: Function | None
    statement: ast.stmt | None
    expression: ast.AST | None
    line: int
    inner: types.FrameType | None = None

    @property
    def names(self) -> dict[str, Any]:
        """What the local names mean."""
        return {**self.frame.f_locals, **(self.inner.f_locals if self.inner is not None else {})}


def levels_of(error: BaseException) -> tuple[list[Level], tuple[int, ...]]:
    """The levels of a traceback from the constructor inwards, and the lines that they had come to."""
    levels: list[Level] = []
    lines: list[int] = []
    trace = error.__traceback__
    while trace is not None:
        frame, line = trace.tb_frame, trace.tb_lineno
        if not _is_machinery(frame.f_code.co_filename.replace("\\", "/")):
            home = _home(frame, line, levels) if frame.f_code.co_name in WITHIN else None
            if home is None and len(levels) >= DEEPEST:
                break
            function = home.function if home is not None else function_of(frame.f_code)
            statement = statement_at(function, line) if function is not None else None
            expression = expression_at(statement, position_of(trace)) if statement is not None else None
            if home is not None:
                position = levels.index(home) + 1
                del levels[position:], lines[position:]  # who only asked for it
                home.statement, home.expression, home.line, home.inner = statement, expression, line, frame
                lines.append(line)
            else:
                levels.append(Level(frame, function, statement, expression, line))
                lines.append(statement.lineno if statement is not None else line)
        trace = trace.tb_next
    return levels, tuple(lines)


def _home(frame: types.FrameType, line: int, levels: list[Level]) -> Level | None:
    """The level in whose function a comprehension or a lambda is written."""
    for level in reversed(levels):
        function = level.function
        if (
            function is not None
            and level.frame.f_code.co_filename == frame.f_code.co_filename
            and function.lineno <= line <= (function.end_lineno or 0)
        ):
            return level
    return None


def _is_machinery(filename: str) -> bool:
    """Frames between the code that matters: ours, and those by which torch calls a module or a function."""
    return (
        filename.startswith(("<plan>", "<frozen", "<string>"))
        or filename.endswith(MACHINERY)
        or "/torchmodlint/verify/" in filename
    )


def refuses(level: Level, error: BaseException) -> bool:
    """Is the statement there to refuse, so that the conditions before it tell why?"""
    statement = level.statement
    return (
        isinstance(statement, ast.Raise)
        or (isinstance(statement, ast.Expr) and isinstance(error, SystemExit))
        or (isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Constant))
    )


def tests_before(level: Level) -> list[ast.expr]:
    """The conditions that led to the raise of a frame: those of the if statements around it, and of elif before it."""
    found: list[ast.expr] = []
    for node in ast.walk(level.function) if level.function is not None else ():
        if isinstance(node, ast.If) and any(each is level.statement for each in ast.walk(node)):
            found.append(node.test)
        elif isinstance(node, ast.Match) and any(each is level.statement for each in ast.walk(node)):
            found.append(node.subject)
    return found


def value_at(level: Level, node: ast.expr) -> Any:
    """What a plain expression means in a frame; None when it cannot be told."""
    for each in ast.walk(node):
        if isinstance(each, (ast.Call, ast.Await, ast.Yield, ast.NamedExpr)):
            return None
    try:
        return eval(compile(ast.Expression(node), "<look>", "eval"), level.frame.f_globals, level.names)
    except Exception:
        return None
