"""Where a rehearsal begins: in the function that holds the line, in those that call it, or with the script itself."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import FunctionType, GeneratorType
from typing import Any

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.modes.events import Returned
from torchmodlint.verify.worker.modes.layers import escape
from torchmodlint.verify.worker.modes.opaque import Opaque
from torchmodlint.verify.worker.modes.recorder import Hooked, StandIn
from torchmodlint.verify.worker.modes.stage import Stage
from torchmodlint.verify.worker.modes.syntax import Function, first, span
from torchmodlint.verify.worker.modes.words import names

CALLERS = 6  # functions that call the one in question, directly or through another
ITEMS = 6  # of a generator
RECEIVING = names(
    """
    eval train load_state_dict parameters named_parameters state_dict
    """
)
USUAL = frozenset({"model", "net", "network"})  # names of modules in files that say no more about them

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Chain = tuple[ast.AST, ...]  # the classes and functions around a place, the outermost first


@dataclass(frozen=True)
class Entry:
    """One way in. `chain` is empty for the script; `direct` says that the line stands in this function itself."""

    name: str
    chain: Chain
    direct: bool
    before: tuple[FunctionNode, ...] = ()  # methods of the same object that run first

    def enter(self, stage: Stage) -> None:
        """Go in, with opaque arguments. Raises whatever the code raises."""
        main = stage.program.main
        if not self.chain:
            stage.start(main, script=True)
            return
        stage.start(main)
        outer, *inner = self.chain
        assert isinstance(outer, (*Function, ast.ClassDef))
        value = stage.name(main, outer.name)
        if isinstance(outer, ast.ClassDef):
            self._object(stage, value, outer, inner)
            return
        result = _finish(_run(value), f"`{outer.name}` returns it")
        if inner and isinstance(result, FunctionType):
            _finish(_run(result), f"`{outer.name}` returns it")

    def _object(self, stage: Stage, cls: Any, node: ast.ClassDef, inner: Sequence[ast.AST]) -> None:
        while inner and isinstance(inner[0], ast.ClassDef):
            node, cls, inner = inner[0], getattr(cls, inner[0].name), inner[1:]
        made = _run(cls)
        _forget_none(made, node)
        if isinstance(made, Hooked):
            stage.run.managers.append("the hooks of Lightning")
        methods = [*self.before, *(one for one in inner[:1] if isinstance(one, Function))]
        for method in methods:
            if method.name == "__init__":
                continue
            words = {one.id for one in method.decorator_list if isinstance(one, ast.Name)}
            bound = getattr(made, method.name)
            if words.isdisjoint(("property", "cached_property")) and callable(bound):
                result = _finish(_run(bound), f"`{method.name}` returns it")
                stage.run.tape.results.append(Returned(method.name, result is made, result is None))
        if isinstance(made, StandIn) or hasattr(made, "__dict__"):
            escape(list(vars(made).values()), "it is kept on `self`")


def _finish(result: Any, told: str) -> Any:
    """Run a generator through; what is returned goes out of sight."""
    if isinstance(result, GeneratorType):
        items = list(islice(result, ITEMS))
        escape(items, told)
        return items
    escape((result,), told)
    return result


def _run(function: Any) -> Any:
    """Call it with an opaque value for each parameter, those with defaults included; a constructor that hands on what
    it is given with * or ** with the parameters of the next one, too, where that misses them."""
    if not isinstance(function, type):
        return _call(function, [function])
    makers = [getattr(one, "__init__") for one in function.__mro__]  # noqa: B009
    try:
        return _call(function, makers[:1])
    except TypeError as error:
        if "missing" not in str(error):
            raise
    return _call(function, makers)


def _call(function: Any, makers: Sequence[Any]) -> Any:
    arguments: list[Any] = []
    keywords: dict[str, Any] = {}
    handed_on = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    for maker in makers:
        try:
            parameters = list(inspect.signature(maker).parameters.values())[isinstance(function, type) :]
        except (TypeError, ValueError):
            break
        plain = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
        if inspect.Parameter.VAR_POSITIONAL in handed_on:
            arguments += [Opaque(one.name) for one in plain[len(arguments) :]]
        else:
            keywords |= {one.name: Opaque(one.name) for one in plain if one.name not in keywords}
        keywords |= {one.name: Opaque(one.name) for one in parameters if one.kind is one.KEYWORD_ONLY}
        handed_on &= {one.kind for one in parameters}
        if not handed_on:
            break
    return function(*arguments, **keywords)


def _forget_none(made: Any, node: ast.ClassDef) -> None:
    """What the constructor leaves None and another method assigns may be anything by the time of a call."""
    assigned = {
        one.attr
        for method in node.body
        if isinstance(method, Function) and method.name != "__init__"
        for one in ast.walk(method)
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
    }
    for name in sorted(assigned):
        if vars(made).get(name, made) is None:
            setattr(made, name, Opaque(name, receiver=made))


def entries(tree: ast.Module, question: Question) -> list[Entry]:
    """The ways in, the function that holds the line first, the script last."""
    inside = around(tree, question.line)
    found: list[Entry] = []
    if inside:
        found += _ways(inside, question, direct=True)
        names, seen = {_called_by(inside)}, {inside[-1]}
        for chain in _until_none_is_new(chains(tree), seen):
            node = chain[-1]
            if len(seen) > CALLERS or not isinstance(node, Function):
                continue
            if len(chain) > 1 and isinstance(chain[-2], Function):
                continue  # a function in a function runs with that
            if names & _mentioned(node):
                found += _ways(chain, question, direct=False)
                seen.add(node)
                names.add(_called_by(chain))
        related = [line for line, _ in question.related]
        found.sort(key=lambda one: not one.direct and not any(_spans(one.chain[-1], line) for line in related))
    return [*found, Entry("the script", (), direct=not inside)]


def _until_none_is_new(every: Sequence[Chain], seen: set[ast.AST]) -> Iterator[Chain]:
    """Those that have not been seen, again and again, as long as more of them are."""
    before = 0
    while len(seen) > before:
        before = len(seen)
        yield from (one for one in every if one[-1] not in seen)


def around(tree: ast.Module, line: int) -> Chain:
    """The classes and functions around a line of a file."""
    return _around(chains(tree), line)


def chains(tree: ast.Module) -> list[Chain]:
    """The classes and functions of a file, each with those around it."""
    return list(_chains(tree.body, ()))


def _ways(chain: Chain, question: Question, direct: bool) -> list[Entry]:
    """In through the outermost function or method of a chain; and again, after the methods that come first."""
    last = next(index for index, node in enumerate(chain) if isinstance(node, Function))
    function = chain[last]
    assert isinstance(function, Function)
    before: list[FunctionNode] = []
    owner = chain[last - 1] if last > 0 else None
    if isinstance(owner, ast.ClassDef):
        methods = [one for one in owner.body if isinstance(one, Function) and one is not function]
        for line, _ in question.related:
            before += [one for one in methods if one.lineno <= line <= (one.end_lineno or 0) and one not in before]
    alone = Entry(f"`{function.name}`", chain, direct)
    return [alone, replace(alone, before=tuple(before))] if before else [alone]


def _around(chains: Sequence[Chain], line: int) -> Chain:
    """The classes and functions around a line, up to the innermost function."""
    return max((one for one in chains if _spans(one[-1], line)), key=len, default=())


def _spans(node: ast.AST, line: int) -> bool:
    if not isinstance(node, Function):
        return False
    return first(node) <= line <= (node.end_lineno or 0)


def _chains(body: Sequence[ast.stmt], above: Chain) -> Iterator[Chain]:
    for statement in body:
        if isinstance(statement, (*Function, ast.ClassDef)):
            yield (*above, statement)
            yield from _chains(statement.body, (*above, statement))
        else:
            for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                inner = getattr(statement, name, [])
                yield from _chains([one for one in inner if isinstance(one, ast.AST)], above)  # type: ignore[misc]


def _called_by(chain: Chain) -> str:
    """The name by which the outermost function of the chain is called: that of its class for a constructor."""
    for index, node in enumerate(chain):
        if isinstance(node, Function):
            owner = chain[index - 1] if index else None
            special = node.name in ("__init__", "__call__", "forward")
            return owner.name if special and isinstance(owner, ast.ClassDef) else node.name
    return ""


def _mentioned(function: FunctionNode) -> set[str]:
    return {one.id for one in ast.walk(function) if isinstance(one, ast.Name)} | {
        one.attr for one in ast.walk(function) if isinstance(one, ast.Attribute)
    }


def module_names(tree: ast.Module, lines: Sequence[str], question: Question) -> frozenset[str]:
    """The last names of what the file uses as a module, and of what is called at the places in question."""
    told = {question.line, *(line for line, _ in question.related)}
    flagged = (question.line, question.column, question.end_line, question.end_column)
    found = set(USUAL)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in RECEIVING:
            found.add(_last_word(node.func.value))
        elif node.lineno == question.line and span(node, lines) == flagged:
            found.add(_last_word(node.func))
        elif node.lineno in told and isinstance(node.func, ast.Name) and "model" in node.func.id.lower():
            found.add(node.func.id)
    return frozenset(found - {"optimizer", "scheduler", "scaler", "self", ""})


def _last_word(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _last_word(node.value)
    return node.id if isinstance(node, ast.Name) else ""
