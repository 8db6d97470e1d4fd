"""Other arguments for a class that can be built, such that a line runs which did not: `if bias:` wants a bias.

Read from the conditions around the line, as far as they speak of the constructor's arguments or of what it keeps of
them on `self`. Whether the line then runs is for the probe to see, so a wrong guess costs time and no truth.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Any

from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.plan import Plan

AT_MOST = 6
TRUE = ("True", "4", "0.5")
FALSE = ("False", "None", "0")
PAIR = "(4, 4)"
MANY = ("3",)  # positions, where the plan has fewer than two
OF_TYPE = {
    "int": "4",
    "float": "0.5",
    "str": "'relu'",
    "list": "[4, 4, 4]",
    "tuple": "(4, 4, 4)",
    "dict": "{}",
    "bool": "True",
}

Wishes = dict[str, tuple[str, ...]]  # by parameter: expressions to try, the best first


def toward(loaded: Loaded, qualname: str, plan: Plan, line: int) -> Iterator[Plan]:
    """At most a few other plans, the likeliest first."""
    if plan.origin == "example":
        return  # the user's word, which is not changed
    cls = loaded.definition(qualname)
    methods = [one for one in cls.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
    initialiser = next((one for one in methods if one.name == "__init__"), None)
    around = next((one for one in methods if one.lineno <= line <= (one.end_lineno or 0)), None)
    call = ast.parse(plan.call, mode="eval").body
    if initialiser is None or around is None or not isinstance(call, ast.Call):
        return
    reader = _Reader(initialiser, call)
    wishes: Wishes = {}
    # What must hold around the line weighs more than what must not hold before it.
    for test, wanted in sorted(_conditions(around.body, line), key=lambda one: not one[1]):
        reader.read(test, wanted, wishes)
    reader.counts(around.body, line, wishes)
    names = list(wishes)
    for values in islice(product(*(wishes[name] for name in names)), AT_MOST if names else 0):
        other = _changed(call, dict(zip(names, values, strict=True)), reader.positions)
        if other != plan.call:
            note = f"arguments chosen so that line {line} runs"
            yield replace(plan, call=other, origin="guess", witness=None, repairs=(*plan.repairs, note))


def _conditions(body: Sequence[ast.stmt], line: int) -> Iterator[tuple[ast.expr, bool]]:
    """The conditions on the way to a line, each with the answer that leads there."""
    for statement in body:
        if not statement.lineno <= line <= (statement.end_lineno or 0):
            if statement.lineno < line and isinstance(statement, ast.If) and _leaves(statement.body):
                yield statement.test, False
            continue
        for name in ("body", "orelse", "finalbody"):
            block = getattr(statement, name, None)
            if isinstance(block, list) and block and block[0].lineno <= line <= (block[-1].end_lineno or 0):
                if isinstance(statement, (ast.If, ast.While)):
                    yield statement.test, name == "body"
                yield from _conditions(block, line)
        for node in ast.walk(statement) if not hasattr(statement, "body") else ():
            if isinstance(node, ast.IfExp):
                yield node.test, isinstance(node.body, ast.Call)


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


class _Reader:
    """What a condition asks of the parameters of one constructor."""

    def __init__(self, initialiser: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call) -> None:
        arguments = initialiser.args
        positional = [*arguments.posonlyargs, *arguments.args][1:]
        self.positions = [one.arg for one in positional]
        self.parameters = {*self.positions, *(one.arg for one in arguments.kwonlyargs)}
        defaults = [*zip(self.positions[::-1], arguments.defaults[::-1], strict=False)]
        defaults += [
            (one.arg, value) for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value
        ]
        self.rates = {name for name, value in defaults if isinstance(getattr(value, "value", None), float)}
        given = [*zip(self.positions, call.args, strict=False), *((one.arg, one.value) for one in call.keywords)]
        self.now = {**dict(defaults), **{name: value for name, value in given if name is not None}}
        self.indexed = {_name(node.value) for node in ast.walk(initialiser) if isinstance(node, ast.Subscript)}
        self.kept: dict[str, ast.expr] = {}  # by "name" or "self.name": the only value it is given
        written: dict[str, list[ast.expr]] = {}
        for node in ast.walk(initialiser):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    written.setdefault(_name(target), []).append(node.value)
        self.kept = {name: values[0] for name, values in written.items() if len(values) == 1 and name}

    def read(self, test: ast.expr, wanted: bool, wishes: Wishes, depth: int = 0) -> None:
        """Add what the parameters should be for `test` to come out as `wanted`."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            self.read(test.operand, not wanted, wishes, depth)
        elif isinstance(test, ast.BoolOp):
            both = isinstance(test.op, ast.And) == wanted
            for each in test.values if both else test.values[:1]:
                self.read(each, wanted, wishes, depth)
        elif isinstance(test, ast.Compare) and len(test.ops) == 1:
            right = test.comparators[0]
            if _name(right) in self.parameters:  # as it is in the plan that has to be changed
                right = self.now.get(_name(right), right)
            values = _compared(test.ops[0], right, wanted)
            if values:
                self._wish(test.left, values, wishes)
        elif isinstance(test, ast.Call) and _name(test.func) == "isinstance" and len(test.args) == 2 and wanted:
            kinds = test.args[1].elts if isinstance(test.args[1], ast.Tuple) else [test.args[1]]
            values = tuple(OF_TYPE[_name(kind)] for kind in kinds if _name(kind) in OF_TYPE)
            if values:
                self._wish(test.args[0], values, wishes)
        elif _name(test) in self.kept and depth < 4:
            self.read(self.kept[_name(test)], wanted, wishes, depth + 1)
        else:
            self._wish(test, TRUE if wanted else FALSE, wishes)

    def counts(self, body: Sequence[ast.stmt], line: int, wishes: Wishes) -> None:
        """Let what the statement on the line repeats be repeated: `[block] * n`, `range(n)`."""
        for statement in (node for each in body for node in ast.walk(each)):
            if isinstance(statement, ast.stmt) and statement.lineno <= line <= (statement.end_lineno or 0):
                for node in ast.walk(statement):
                    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
                        self._wish(node.right, MANY, wishes)
                    elif isinstance(node, ast.Call) and _name(node.func) == "range":
                        self._wish(node.args[-1], MANY, wishes)

    def _wish(self, node: ast.expr, values: tuple[str, ...], wishes: Wishes) -> None:
        while isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant):
            node = node.left  # n - 1
        name = _name(node)
        for _ in range(4):
            if name in self.parameters:
                if name in self.indexed and values == TRUE:
                    values = (PAIR, *values)
                if name in self.rates:
                    values = tuple(sorted(values, key=lambda value: value != "0.5"))
                wishes.setdefault(name, values)
                return
            name = _name(self.kept.get(name))


def _name(node: ast.expr | None) -> str:
    """ "name" or "self.name", also where it is made a number; nothing for other expressions."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return f"self.{node.attr}"
    if isinstance(node, ast.Call) and len(node.args) == 1 and _name(node.func) in ("float", "int", "bool"):
        return _name(node.args[0])
    return ""


def _compared(operator: ast.cmpop, right: ast.expr, wanted: bool) -> tuple[str, ...]:
    """Values for the left side of a comparison with something constant."""
    try:
        value: Any = ast.literal_eval(right)
    except ValueError:
        return ()
    same = isinstance(operator, (ast.Eq, ast.Is)) == wanted if isinstance(operator, _EQUALITIES) else None
    if same is not None:
        return (repr(value),) if same else _unlike(value)
    if isinstance(operator, (ast.In, ast.NotIn)):
        if isinstance(operator, ast.In) != wanted or not isinstance(value, (list, tuple, set, dict)):
            return ()
        return tuple(repr(each) for each in value)
    if not isinstance(value, (int, float)):
        return ()
    upward = isinstance(operator, (ast.Gt, ast.GtE)) == wanted
    inside = isinstance(value, float) or value == 0
    return (repr(value + 1), *(("0.5",) if inside and upward else ())) if upward else (repr(value - 1), repr(value))


_EQUALITIES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)


def _unlike(value: object) -> tuple[str, ...]:
    if value is None:
        return TRUE
    if isinstance(value, bool):
        return (repr(not value),)
    if isinstance(value, int):
        return repr(value + 1), repr(value * 2), "None"  # sizes are often multiples of one another
    return ("None",)


def _changed(call: ast.Call, values: Mapping[str, str], positions: Sequence[str]) -> str:
    """The call with these arguments in place of those that it has."""
    left = dict(values)
    arguments = [
        left.pop(positions[index]) if index < len(positions) and positions[index] in left else ast.unparse(one)
        for index, one in enumerate(call.args)
    ]
    keywords = [
        f"{one.arg}={left.pop(one.arg) if one.arg in left else ast.unparse(one.value)}"
        if one.arg is not None
        else f"**{ast.unparse(one.value)}"
        for one in call.keywords
    ]
    added = [f"{name}={value}" for name, value in left.items()]
    return f"{ast.unparse(call.func)}({', '.join([*arguments, *keywords, *added])})"
