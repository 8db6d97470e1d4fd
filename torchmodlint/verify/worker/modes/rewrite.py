"""The user's syntax tree, changed so that opaque values can go through it.

Python itself runs the result. Only what Python would settle without asking the values is handed to helpers: calls
(for their places), unpacking, identity, imports, what a loop goes over, what is raised and caught.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

HELPERS = "_tml_"
TELLS = "_tml_tells"  # an attribute of classes: whether to run their `forward` is of use
TELLING = frozenset(
    """
    eval train training no_grad inference_mode set_grad_enabled enable_grad grad backward requires_grad requires_grad_
    detach detach_ load_state_dict
    """.split()
)
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


class Rewriter(ast.NodeTransformer):
    """Changes one file. `targets` are lines that a run should reach, the first before all; `text` are the file's own lines."""

    def __init__(self, lines: Sequence[str], targets: Sequence[int]) -> None:
        self.lines = lines
        self.targets = targets
        self.numbers = 0

    # expressions

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return self.generic_visit(node)
        return self._call(node, dropped=False)

    def _call(self, node: ast.Call, dropped: bool) -> ast.AST:
        place = self._place(node)
        words = [ast.Constant(dropped), ast.Constant(_last_name(node.func))]
        self.generic_visit(node)
        arguments = [
            ast.Starred(_helper("spread", one.value), ast.Load()) if isinstance(one, ast.Starred) else one
            for one in node.args
        ]
        keywords = [
            one if one.arg is not None else ast.keyword(None, _helper("spread_keywords", one.value))
            for one in node.keywords
        ]
        return _at(ast.Call(_name("call"), [place, *words, node.func, *arguments], keywords), node)

    def _place(self, node: ast.expr) -> ast.expr:
        """Where it stands, as a constant: lines and columns are 1-based, columns count characters."""
        return ast.Tuple([ast.Constant(one) for one in span(node, self.lines)], ast.Load())

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        special = (ast.Is, ast.IsNot, ast.In, ast.NotIn)
        if len(node.ops) != 1 or not isinstance(node.ops[0], special):
            return node
        word = {ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"}[type(node.ops[0])]
        return _at(_helper("compare", ast.Constant(word), node.left, node.comparators[0]), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            return node
        return _at(_helper("item", node.value, node.slice), node)

    def visit_Slice(self, node: ast.Slice) -> ast.AST:
        return self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        values = [self.visit(one.value) for one in node.values if isinstance(one, ast.FormattedValue)]
        plain = [one.value if isinstance(one, ast.Constant) else None for one in node.values]
        pattern = ast.Tuple([ast.Constant(one) for one in plain], ast.Load())
        return _at(_helper("joined", pattern, *values), node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.iter = _at(_helper("rounds", node.iter, _shape(node.target)), node.iter)
        node.is_async = 0
        return node

    # statements

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        value = node.value
        if isinstance(value, ast.Call) and _last_name(value.func) != "super":
            node.value = self._call(value, dropped=True)
            return node
        if isinstance(value, ast.Attribute) and isinstance(value.ctx, ast.Load):
            place = self._place(value)
            receiver = self.visit(value.value)
            node.value = _at(_helper("mention", place, receiver, ast.Constant(value.attr)), value)
            return node
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        shapes = [one for one in node.targets if isinstance(one, (ast.Tuple, ast.List))]
        if shapes:
            node.value = _at(_helper("unpack", node.value, _shape(shapes[0])), node.value)
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Subscript):
            return self._store(node.targets[0], node.value, node)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name) and isinstance(node.value, ast.Constant):
            node.value = _at(_helper("counted", node.value), node.value)
        if not isinstance(node.target, ast.Subscript):
            return node
        before = _helper("item", node.target.value, node.target.slice)
        return self._store(node.target, ast.BinOp(before, node.op, node.value), node)

    @staticmethod
    def _store(target: ast.Subscript, value: ast.expr, node: ast.stmt) -> ast.AST:
        return _at(ast.Expr(_helper("store", target.value, target.slice, value)), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return _at(ast.Pass(), node)
        return self.visit(_at(ast.Assign([node.target], node.value), node))

    def visit_If(self, node: ast.If) -> ast.AST:
        hint = self._hint(node)
        self.generic_visit(node)
        node.test = _hinted(node.test, hint)
        return node

    def _hint(self, node: ast.If) -> bool | None:
        """Which arm leads to the lines that are to be reached; away from where the function is left, if neither."""
        for wanted in self.targets:
            if _spans(node.body, wanted):
                return True
            if _spans(node.orelse, wanted):
                return False
        if _leaves(node.body):
            return False
        return True if _leaves(node.orelse) else None

    def visit_While(self, node: ast.While) -> ast.AST:
        self.generic_visit(node)
        self.numbers += 1
        counter = f"{HELPERS}rounds_{self.numbers}"
        first = ast.Assign([ast.Name(counter, ast.Store())], _helper("counter"))
        again = ast.Call(ast.Attribute(ast.Name(counter, ast.Load()), "again", ast.Load()), [], [])
        node.test = _at(ast.BoolOp(ast.And(), [again, _hinted(node.test, True)]), node.test)
        return [_at(first, node), node]  # type: ignore[return-value]

    def visit_For(self, node: ast.For | ast.AsyncFor) -> ast.AST:
        self.generic_visit(node)
        rounds = _at(_helper("rounds", node.iter, _shape(node.target)), node.iter)
        return _at(ast.For(node.target, rounds, node.body, node.orelse), node)

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With | ast.AsyncWith) -> ast.AST:
        self.generic_visit(node)
        for one in node.items:
            one.context_expr = _at(
                _helper("manager", one.context_expr, _shape(one.optional_vars)), one.context_expr
            )
        return _at(ast.With(node.items, node.body), node)

    visit_AsyncWith = visit_With

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        self.generic_visit(node)
        if node.exc is not None:
            node.exc, node.cause = _at(_helper("raised", node.exc), node.exc), None
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        if node.type is not None:
            node.type = _at(_helper("caught", node.type), node.type)
        node.body.insert(0, _at(ast.Expr(_helper("handling")), node.body[0]))
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        self.generic_visit(node)
        return _at(ast.Expr(_helper("assume", node.test)), node)

    def visit_Import(self, node: ast.Import) -> Any:
        return [_at(_bind(*one), node) for one in imported(node)]

    visit_ImportFrom = visit_Import

    # definitions

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        _without_annotations(node.args)
        decorators = [_at(_helper("decorator", self.visit(one)), one) for one in node.decorator_list]
        node.decorator_list, node.returns = [], None
        self.generic_visit(node)
        plain = ast.FunctionDef(node.name, node.args, node.body, [], None, None)
        plain.decorator_list = decorators
        if hasattr(node, "type_params"):
            plain.type_params = []  # type: ignore[attr-defined]
        return _at(plain, node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        forward = any(isinstance(one, Function) and one.name == "forward" for one in node.body)
        loose = bool(node.decorator_list or node.bases)
        body = [one for one in node.body if not (loose and isinstance(one, ast.AnnAssign))] or [ast.Pass()]
        bases = ast.Starred(_helper("bases", ast.Constant(forward), *map(self.visit, node.bases)), ast.Load())
        plain = ast.ClassDef(node.name, [bases], [], [self.visit(one) for one in body], [])
        if hasattr(node, "type_params"):
            plain.type_params = []  # type: ignore[attr-defined]
        plain.body = [each for one in plain.body for each in (one if isinstance(one, list) else [one])]
        told = ast.Assign([ast.Name(TELLS, ast.Store())], ast.Constant(self._tells(node)))
        plain.body.append(_at(told, node.body[-1]))
        return _at(plain, node)

    def _tells(self, node: ast.ClassDef) -> bool:
        """Is there anything in the class that changes modes or graphs, or any of the lines in question?"""
        words = {getattr(one, "attr", getattr(one, "id", "")) for one in ast.walk(node)}
        return not words.isdisjoint(TELLING) or any(_spans(node.body, line) for line in self.targets)


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


def _bind(name: str, level: int, module: str, member: str | None) -> ast.stmt:
    value = _helper("imported", ast.Constant(level), ast.Constant(module), ast.Constant(member))
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _name(helper: str) -> ast.expr:
    return ast.Name(HELPERS + helper, ast.Load())


def _helper(helper: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(_name(helper), list(arguments), [])


def _at(node: Any, like: ast.AST) -> Any:
    """The node at the place of another; what is inside it gets its places in the end, from what is around it."""
    return ast.copy_location(node, like)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    return node.id if isinstance(node, ast.Name) else ""


def _shape(target: ast.expr | None) -> ast.expr:
    """What a target unpacks into, as a constant expression: None for one name, a tuple of shapes, "*" for the rest."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return ast.Tuple([_shape(one) for one in target.elts], ast.Load())
    return ast.Constant("*" if isinstance(target, ast.Starred) else None)


def _hinted(test: ast.expr, hint: bool | None) -> ast.expr:
    """The test, whose opaque parts prefer to go this way."""
    if hint is None:
        return test
    if isinstance(test, ast.BoolOp):
        test.values = [_hinted(one, hint) for one in test.values]
        return test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test.operand = _hinted(test.operand, not hint)
        return test
    return _at(_helper("prefer", ast.Constant(hint), test), test)


def _spans(body: list[ast.stmt], line: int) -> bool:
    return bool(body) and body[0].lineno <= line <= (body[-1].end_lineno or 0)


def _leaves(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def _without_annotations(arguments: ast.arguments) -> None:
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    for one in every:
        if one is not None:
            one.annotation = None
