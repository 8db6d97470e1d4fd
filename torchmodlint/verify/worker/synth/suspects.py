"""Which arguments the line that failed is made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from torchmodlint.verify.worker.synth.levels import Level, refuses, tests_before
from torchmodlint.verify.worker.synth.sources import Function, code_of, function_of, statements


def suspects(error: BaseException, levels: list[Level], parameters: list[str]) -> list[str]:
    """The parameters of the constructor, the likeliest first: those that the message names, then those from which
    what the failing expression reads is made, by way of all the functions that led there."""
    found: dict[str, None] = {}
    words = str(error).replace("'", " ").replace("`", " ").replace(".", " ").replace(",", " ").split()
    mentioned = [name for name in parameters if name in words and len(name) > 1]
    wanted: list[str] | None = None
    kept: list[str] = []  # what a method reads of self, and others have put there
    for index in range(len(levels) - 1, -1, -1):
        level = levels[index]
        if level.function is None or level.expression is None:
            wanted = None
            continue
        node = level.expression
        if refuses(level, error):
            for test in tests_before(level):
                node = ast.Tuple([node, test], ast.Load())  # type: ignore[list-item]
        inner = levels[index + 1] if wanted is not None else None
        names = [] if inner is None or inner.function is None else _handed(node, wanted or [], inner.function)
        if inner is not None and _self(inner) is _self(level):
            names += kept
        if not names:
            names = _read(node) or (_read(level.statement) if level.statement is not None else [])
        sources = sources_of(level.function)
        kept = [name for name in names if name.startswith("self.") and name not in sources]
        names += _of_bases(level.function, _above(level), kept)
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


def _self(level: Level) -> Any:
    return level.frame.f_locals.get("self")


def _above(level: Level) -> list[type]:
    """The classes above the one whose constructor runs in a frame, in the order in which `super()` goes."""
    order = list(type(_self(level)).__mro__)
    for index, cls in enumerate(order):
        if code_of(vars(cls).get("__init__")) is level.frame.f_code:
            return order[index + 1 :]
    return []


def _of_bases(function: Function, above: list[type], kept: list[str]) -> list[str]:
    """The names in a constructor of which those above it make the attributes `kept`."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and _is_init(node.func)]
    if not kept or not calls:
        return []
    for index, cls in enumerate(above):
        code = code_of(vars(cls).get("__init__"))
        base = function_of(code) if code is not None else None
        if base is None:
            continue
        sources = sources_of(base)
        further = _of_bases(base, above[index + 1 :], [name for name in kept if name not in sources])
        wanted = [source for name in [*kept, *further] for source in sources.get(name, [])]
        return _handed(calls[0], wanted, base)
    return []


def _is_init(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "__init__"


def _handed(node: ast.AST, wanted: list[str], inner: Function) -> list[str]:
    """The names in a call that were handed on as the parameters `wanted` of the function called."""
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    if not calls:
        return []
    call = node if isinstance(node, ast.Call) else calls[0]
    arguments = call.args
    names = [each.arg for each in [*inner.args.posonlyargs, *inner.args.args]]
    if names and names[0] in ("self", "cls"):
        names = names[1:]
        if arguments and isinstance(arguments[0], ast.Name) and arguments[0].id == "self":  # `Base.__init__(self, …)`
            arguments = arguments[1:]
    found: dict[str, None] = {}
    for name, argument in zip(names, arguments, strict=False):
        if name in wanted:
            found.update(dict.fromkeys(_read(argument)))
    for keyword in call.keywords:
        if keyword.arg is None and not found:
            found.update(dict.fromkeys([*wanted, *_read(keyword.value)]))
        elif keyword.arg in wanted:
            found.update(dict.fromkeys(_read(keyword.value)))
    return list(found)


def _keys(target: ast.expr) -> list[str]:
    return [name for node in ast.walk(target) if isinstance(node, ast.Subscript) for name in _read(node.slice)]


@lru_cache(maxsize=256)
def sources_of(function: Function) -> dict[str, list[str]]:
    """For each local name and attribute of self, the parameters that its value is made of."""
    arguments = function.args
    names = [each.arg for each in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    names += [each.arg for each in (arguments.vararg, arguments.kwarg) if each is not None]
    found: dict[str, list[str]] = {name: [name] for name in names}
    for targets, value in given(function):
        keys = [name for target in targets for name in _keys(target)]  # `table[key] = value` is made of both
        made = list(dict.fromkeys(source for name in [*keys, *_read(value)] for source in found.get(name, [])))
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


def given(function: Function) -> Iterator[tuple[list[ast.expr], ast.expr]]:
    """What is given a value, and the value, in source order; those of comprehensions last."""
    for statement in statements(function.body):
        if isinstance(statement, ast.Assign):
            yield statement.targets, statement.value
        elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)) and statement.value is not None:
            yield [statement.target], statement.value
        elif isinstance(statement, ast.For):
            yield [statement.target], statement.iter
    for node in ast.walk(function):
        if isinstance(node, ast.comprehension):
            yield [node.target], node.iter
