"""A failed construction: how far it got, and which arguments the line that failed is made of."""

from __future__ import annotations

import ast
import traceback
import types
from dataclasses import dataclass, field
from typing import Any

from torchmodlint.verify.worker.synth.sources import (
    Function,
    expression_at,
    function_of,
    position_of,
    statement_at,
    statements,
)

MACHINERY = ("torch/nn/modules/module.py", "torch/overrides.py", "torch/utils/_device.py")
DEEPEST = 6  # frames that count


@dataclass
class Level:
    """One frame on the way to the failure: the expression that was running in it."""

    frame: types.FrameType
    function: Function | None
    statement: ast.stmt | None
    expression: ast.AST | None
    line: int


@dataclass
class Failure:
    """`progress` grows with how far the constructor got. `suspects` are parameters, the likeliest first."""

    error: BaseException
    levels: list[Level] = field(default_factory=list)
    progress: tuple[int, ...] = ()
    suspects: list[str] = field(default_factory=list)

    @property
    def message(self) -> str:
        return str(self.error)

    @property
    def last(self) -> Level | None:
        return self.levels[-1] if self.levels else None


def failure_of(error: BaseException, parameters: list[str]) -> Failure:
    """Read the traceback of a failed construction, from the constructor inwards."""
    levels: list[Level] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        name = code.co_filename
        if _is_machinery(name.replace("\\", "/")):
            trace = trace.tb_next
            continue
        if len(levels) >= DEEPEST:
            break
        function = function_of(code)
        statement = statement_at(function, trace.tb_lineno) if function is not None else None
        expression = expression_at(statement, position_of(trace)) if statement is not None else None
        levels.append(Level(trace.tb_frame, function, statement, expression, trace.tb_lineno))
        trace = trace.tb_next
    progress = tuple(level.statement.lineno if level.statement else level.line for level in levels)
    failure = Failure(error, levels, progress)
    failure.suspects = _suspects(failure, parameters)
    return failure


def _is_machinery(filename: str) -> bool:
    """Frames between the code that matters: ours, and those by which torch calls a module or a function."""
    return (
        filename.startswith(("<plan>", "<frozen", "<string>"))
        or filename.endswith(MACHINERY)
        or "/torchmodlint/verify/" in filename
    )


def refused_ours(error: BaseException, supplied: list[Any]) -> Any:
    """The object that torch refused to register, if the verifier passed it in: another one would perhaps not be
    refused. None if it did not."""
    trace = error.__traceback__
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    values = [trace.tb_frame.f_locals.get(name) for name in ("value", "param", "tensor", "module")]
    return next((each for value in values if value is not None for each in supplied if value is each), None)


def release(error: BaseException) -> None:
    """Let go of the objects that a traceback's frames hold."""
    traceback.clear_frames(error.__traceback__)


def _suspects(failure: Failure, parameters: list[str]) -> list[str]:
    found: dict[str, None] = {}
    words = failure.message.replace("'", " ").replace("`", " ").replace(".", " ").replace(",", " ").split()
    mentioned = [name for name in parameters if name in words and len(name) > 1]
    wanted: list[str] | None = None
    for index in range(len(failure.levels) - 1, -1, -1):
        level = failure.levels[index]
        if level.function is None or level.expression is None:
            wanted = None
            continue
        node = level.expression
        if isinstance(level.statement, ast.Raise):
            for test in tests_before(level):
                node = ast.Tuple([node, test], ast.Load())  # type: ignore[list-item]
        names = _handed(node, wanted, failure.levels[index + 1]) if wanted is not None else None
        if not names:
            names = _read(node) or (_read(level.statement) if level.statement is not None else [])
        sources = sources_of(level.function)
        passed = names if level.function.args.kwarg is not None else []  # by way of **kwargs, under their own names
        wanted = list(dict.fromkeys(source for name in names for source in sources.get(name, [])))
        wanted += [name for name in passed if name not in sources and name not in wanted]
    for name in [*(wanted or []), *mentioned]:
        if name in parameters:
            found[name] = None
    for name in mentioned:  # what the message names comes first
        found.pop(name, None)
    return [*mentioned, *found]


def _read(node: ast.AST) -> list[str]:
    """The names and attributes of self that an expression reads."""
    found: dict[str, None] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            found[each.id] = None
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self":
            found[f"self.{each.attr}"] = None
    return list(found)


def _handed(node: ast.AST, wanted: list[str], inner: Level) -> list[str]:
    """The names in a call that were handed on as the parameters `wanted` of the frame below."""
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    if not calls or inner.function is None:
        return []
    call = node if isinstance(node, ast.Call) else calls[0]
    names = [each.arg for each in [*inner.function.args.posonlyargs, *inner.function.args.args]]
    if names and names[0] in ("self", "cls"):
        names = names[1:]
    found: dict[str, None] = {}
    for name, argument in zip(names, call.args, strict=False):
        if name in wanted:
            found.update(dict.fromkeys(_read(argument)))
    for keyword in call.keywords:
        if keyword.arg is None and not found:
            found.update(dict.fromkeys([*wanted, *_read(keyword.value)]))
        elif keyword.arg in wanted:
            found.update(dict.fromkeys(_read(keyword.value)))
    return list(found)


def sources_of(function: Function) -> dict[str, list[str]]:
    """For each local name and attribute of self, the parameters that its value is made of."""
    arguments = function.args
    names = [each.arg for each in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    names += [each.arg for each in (arguments.vararg, arguments.kwarg) if each is not None]
    found: dict[str, list[str]] = {name: [name] for name in names}
    for statement in statements(function.body):
        targets: list[ast.expr] = []
        value: ast.AST | None = None
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
            targets, value = [statement.target], statement.value
        elif isinstance(statement, ast.For):
            targets, value = [statement.target], statement.iter
        if value is None:
            continue
        made = list(dict.fromkeys(source for name in _read(value) for source in found.get(name, [])))
        for target in targets:
            for each in ast.walk(target):
                key = None
                if isinstance(each, ast.Name):
                    key = each.id
                elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self":
                    key = f"self.{each.attr}"
                if key is not None and key != "self":
                    found[key] = list(dict.fromkeys([*found.get(key, []), *made]))
    return found


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
        return eval(compile(ast.Expression(node), "<look>", "eval"), level.frame.f_globals, level.frame.f_locals)
    except Exception:
        return None
