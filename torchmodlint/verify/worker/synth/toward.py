"""Other arguments for a class that can be built, such that a line runs which did not: `if bias:` wants a bias.

Read from the conditions around the line, as far as they speak of the constructor's arguments or of what it keeps of
them on `self`. Whether the line then runs is for the probe to see, so a wrong guess costs time and no truth.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import islice, product
from types import MappingProxyType, SimpleNamespace
from typing import Any

from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.plan import Plan

AT_MOST = 6
TRUE = ("True", "4", "0.5")
FALSE = ("False", "None", "0")
PAIR = "(4, 4)"
SMALL = range(5)  # numbers to try in a condition that computes with them
MANY, LONG = ("3",), ("(4, 4, 4)",)  # positions, where the plan has fewer than two
OF_TYPE = {
    "int": "4",
    "float": "0.5",
    "str": "'relu'",
    "list": "[4, 4, 4]",
    "tuple": "(4, 4, 4)",
    "dict": "{}",
    "bool": "True",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
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
    reader = _Reader(cls, initialiser, around, call)
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

    def __init__(self, cls: ast.ClassDef, initialiser: Function, around: Function, call: ast.Call) -> None:
        self.initialiser = initialiser
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
        # By "name" or "self.name": the only value it is given, in the constructor or under a name of the method's own.
        self.kept = _only_values(initialiser)
        self.changed = set(_values(initialiser))  # names that do not mean the argument as it was given
        if around is not initialiser:
            self.kept |= {name: value for name, value in _only_values(around).items() if "." not in name}
            self.changed |= {one.arg for one in (*around.args.posonlyargs, *around.args.args, *around.args.kwonlyargs)}
        self.choices: dict[str, set[object]] = {}  # by name: what it is compared with anywhere in the class
        for node in ast.walk(cls):
            if isinstance(node, ast.Compare) and isinstance(node.comparators[0], ast.Constant):
                self.choices.setdefault(_name(node.left).removeprefix("self."), set()).add(node.comparators[0].value)

    def holds(self, test: ast.expr, chosen: Mapping[str, object] = MappingProxyType({})) -> bool | None:
        """Does the plan, but for what is `chosen`, make the condition true? None where it takes more than literals."""
        known: dict[str, Any] = {}
        for name in self.now.keys() - self.changed:
            try:
                known[name] = ast.literal_eval(self.now[name])
            except (ValueError, TypeError):
                continue
        known |= {name: value for name, value in chosen.items() if name not in self.changed}
        own = {name: known[_name(value)] for name, value in self.kept.items() if _name(value) in known}
        known["self"] = SimpleNamespace(**{name.removeprefix("self."): value for name, value in own.items()})
        try:
            return bool(eval(compile(ast.Expression(test), "<condition>", "eval"), {"__builtins__": {}}, known))
        except Exception:
            return None

    def read(self, test: ast.expr, wanted: bool, wishes: Wishes, depth: int = 0) -> None:
        """Add what the parameters should be for `test` to come out as `wanted`, where it does not yet."""
        if self.holds(test) is wanted or self._solved(test, wanted, wishes):
            return
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
            others = self.choices.get(_name(test.left).removeprefix("self."), set())
            values = _compared(test.ops[0], right, wanted, others)
            if values and not self._wish(test.left, values, wishes) and _is_none(right):
                self._made(test.left, isinstance(test.ops[0], (ast.IsNot, ast.NotEq)) == wanted, wishes, depth)
        elif isinstance(test, ast.Call) and _name(test.func) == "isinstance" and len(test.args) == 2 and wanted:
            kinds = test.args[1].elts if isinstance(test.args[1], ast.Tuple) else [test.args[1]]
            values = tuple(OF_TYPE[_name(kind)] for kind in kinds if _name(kind) in OF_TYPE)
            if values:
                self._wish(test.args[0], values, wishes)
        elif isinstance(test, ast.Call) and len(test.args) == 1 and _name(test.args[0]):  # `exists(norm)`
            self.read(test.args[0], wanted, wishes, depth)
        elif isinstance(test, ast.IfExp):  # `Layer() if deep else None`, or the other way round
            self.read(test.test, wanted is _is_none(test.orelse), wishes, depth)
        elif _name(test) in self.kept and depth < 4:
            self.read(self.kept[_name(test)], wanted, wishes, depth + 1)
        elif not self._wish(test, TRUE if wanted else FALSE, wishes):
            self._made(test, wanted, wishes, depth)

    def _made(self, node: ast.expr, wanted: bool, wishes: Wishes, depth: int) -> None:
        """Add what leads to where the constructor makes the attribute; or past it, if none is wanted."""
        name = _name(node)
        while _name(self.kept.get(name)) and depth < 4:  # `norm = self.norm`
            name, depth = _name(self.kept.get(name)), depth + 1
        value = next((one for one in _values(self.initialiser).get(name, ()) if not _is_none(one)), None)
        if value is None or not name.startswith("self.") or depth >= 4:
            return
        conditions = list(_conditions(self.initialiser.body, value.lineno))
        for test, answer in conditions if wanted else conditions[-1:]:
            self.read(test, answer is wanted, wishes, depth + 1)

    def _solved(self, test: ast.expr, wanted: bool, wishes: Wishes) -> bool:
        """Add the first small numbers for which a condition that computes with one or two parameters holds."""
        if not any(isinstance(node, ast.BinOp) for node in ast.walk(test)):
            return False
        spoken = {_name(node) for node in ast.walk(test) if isinstance(node, ast.expr)} - {""}
        names = sorted({_name(self.kept.get(name)) or name for name in spoken} & self.parameters)
        for values in product(SMALL, repeat=len(names)) if 0 < len(names) < 3 else ():
            chosen = dict(zip(names, values, strict=True))
            if self.holds(test, chosen) is wanted:
                for name, value in chosen.items():
                    wishes.setdefault(name, (repr(value),))
                return True
        return False

    def counts(self, body: Sequence[ast.stmt], line: int, wishes: Wishes) -> None:
        """Let what the statement on the line repeats be repeated: `[block] * n`, `range(n)`."""
        for statement in (node for each in body for node in ast.walk(each)):
            if isinstance(statement, ast.stmt) and statement.lineno <= line <= (statement.end_lineno or 0):
                for node in ast.walk(statement):
                    count: ast.expr | None = None
                    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
                        count = node.right if isinstance(node.left, ast.List) else None
                    elif isinstance(node, ast.Call) and _name(node.func) == "range":
                        count = node.args[-1]
                    if isinstance(count, ast.Call) and _name(count.func) == "len":
                        self._wish(count.args[0], LONG, wishes)
                    elif count is not None:
                        self._wish(count, MANY, wishes)

    def _wish(self, node: ast.expr, values: tuple[str, ...], wishes: Wishes) -> bool:
        """Add values for the parameter that the expression speaks of; False when it speaks of none."""
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
                return True
            name = _name(self.kept.get(name))
        return False


def _name(node: ast.expr | None) -> str:
    """ "name" or "self.name", also where it is made a number; nothing for other expressions."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return f"self.{node.attr}"
    if isinstance(node, ast.Call) and len(node.args) == 1 and _name(node.func) in ("float", "int", "bool"):
        return _name(node.args[0])
    return ""


def _values(function: Function) -> dict[str, list[ast.expr]]:
    """What a function assigns, by "name" or "self.name"."""
    written: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                written.setdefault(_name(target), []).append(node.value)
    return written


def _only_values(function: Function) -> dict[str, ast.expr]:
    return {name: values[0] for name, values in _values(function).items() if len(values) == 1 and name}


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _compared(operator: ast.cmpop, right: ast.expr, wanted: bool, others: Set[object]) -> tuple[str, ...]:
    """Values for the left side of a comparison with something constant; `others` are what it is compared with too."""
    try:
        value: Any = ast.literal_eval(right)
    except ValueError:
        return ()
    same = isinstance(operator, (ast.Eq, ast.Is)) == wanted if isinstance(operator, _EQUALITIES) else None
    if same is not None:
        return (repr(value),) if same else _unlike(value, others)
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


def _unlike(value: object, others: Set[object]) -> tuple[str, ...]:
    if value is None:
        return TRUE
    if isinstance(value, bool):
        return (repr(not value),)
    if isinstance(value, int):
        return repr(value + 1), repr(value * 2), "None"  # sizes are often multiples of one another
    return (*sorted(repr(one) for one in others if isinstance(one, str) and one != value), "None")


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
