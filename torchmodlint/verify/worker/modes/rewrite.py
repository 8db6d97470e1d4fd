"""The user's syntax tree, changed so that opaque values can go through it.

Python itself runs the result. Only what Python would settle without asking the values is handed to helpers: calls
(for their places), unpacking, identity, imports, what a loop goes over, what is raised and caught.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from torchmodlint.verify.worker.modes.relevance import Relevance, tells
from torchmodlint.verify.worker.modes.syntax import (
    HELPERS,
    Function,
    at,
    bind,
    helper,
    hinted,
    imported,
    last_name,
    leaves,
    name_of,
    shape,
    span,
    spans,
    without_annotations,
)

TELLS = "_tml_tells"  # an attribute of classes: whether to run their `forward` is of use


class Rewriter(ast.NodeTransformer):
    """Changes one file, whose text is `lines`. `targets` are lines that a run should reach, the first before all."""

    def __init__(self, lines: Sequence[str], targets: Sequence[int], relevance: Relevance) -> None:
        self.lines = lines
        self.targets = targets
        self.relevance = relevance
        self.numbers = 0
        self.quiet = 0  # functions around the place in which nothing matters

    # expressions

    def visit_Call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return self.generic_visit(node)
        return self._call(node, dropped=False)

    def _call(self, node: ast.Call, dropped: bool) -> Any:
        place = self._place(node)
        words = [ast.Constant(dropped), ast.Constant(last_name(node.func))]
        self.generic_visit(node)
        arguments = [
            ast.Starred(helper("spread", one.value), ast.Load()) if isinstance(one, ast.Starred) else one
            for one in node.args
        ]
        keywords = [
            one if one.arg is not None else ast.keyword(None, helper("spread_keywords", one.value))
            for one in node.keywords
        ]
        return at(ast.Call(name_of("call"), [place, *words, node.func, *arguments], keywords), node)

    def _place(self, node: ast.expr) -> ast.expr:
        """Where it stands, as a constant: lines and columns are 1-based, columns count characters."""
        return ast.Tuple([ast.Constant(one) for one in span(node, self.lines)], ast.Load())

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        special = (ast.Is, ast.IsNot, ast.In, ast.NotIn)
        if len(node.ops) != 1 or not isinstance(node.ops[0], special):
            return node
        word = {ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"}[type(node.ops[0])]
        return at(helper("compare", ast.Constant(word), node.left, node.comparators[0]), node)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            return node
        return at(helper("item", node.value, node.slice), node)

    def visit_Slice(self, node: ast.Slice) -> Any:
        return self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        values = [self.visit(one.value) for one in node.values if isinstance(one, ast.FormattedValue)]
        plain = [one.value if isinstance(one, ast.Constant) else None for one in node.values]
        pattern = ast.Tuple([ast.Constant(one) for one in plain], ast.Load())
        return at(helper("joined", pattern, *values), node)

    def visit_Await(self, node: ast.Await) -> Any:
        return self.visit(node.value)

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        matters = self._matters(node)
        self.generic_visit(node)
        node.test = hinted(node.test, None, matters)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        node.iter = at(helper("rounds", node.iter, shape(node.target)), node.iter)
        node.is_async = 0
        return node

    # statements

    def visit_Expr(self, node: ast.Expr) -> Any:
        value = node.value
        if isinstance(value, ast.Call) and last_name(value.func) != "super":
            node.value = self._call(value, dropped=True)
            return node
        if isinstance(value, ast.Attribute) and isinstance(value.ctx, ast.Load):
            place = self._place(value)
            receiver = self.visit(value.value)
            node.value = at(helper("mention", place, receiver, ast.Constant(value.attr)), value)
            return node
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        shapes = [one for one in node.targets if isinstance(one, (ast.Tuple, ast.List))]
        if shapes:
            node.value = at(helper("unpack", node.value, shape(shapes[0])), node.value)
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Subscript):
            return self._store(node.targets[0], node.value, node)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name) and isinstance(node.value, ast.Constant):
            node.value = at(helper("counted", node.value), node.value)
        if not isinstance(node.target, ast.Subscript):
            return node
        before = helper("item", node.target.value, node.target.slice)
        return self._store(node.target, ast.BinOp(before, node.op, node.value), node)

    @staticmethod
    def _store(target: ast.Subscript, value: ast.expr, node: ast.stmt) -> Any:
        return at(ast.Expr(helper("store", target.value, target.slice, value)), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return at(ast.Pass(), node)
        return self.visit(at(ast.Assign([node.target], node.value), node))

    def visit_If(self, node: ast.If) -> Any:
        hint, matters = self._hint(node), self._matters(node)
        self.generic_visit(node)
        node.test = hinted(node.test, hint, matters)
        return node

    def _matters(self, node: ast.If | ast.IfExp | ast.While) -> bool:
        return not self.quiet and self.relevance.of_test(node)

    def _hint(self, node: ast.If) -> bool | None:
        """Which arm leads to the lines that are to be reached; away from where the function is left, if neither."""
        for wanted in self.targets:
            if spans(node.body, [wanted]):
                return True
            if spans(node.orelse, [wanted]):
                return False
        if leaves(node.body):
            return False
        return True if leaves(node.orelse) else None

    def visit_While(self, node: ast.While) -> Any:
        matters = self._matters(node)
        self.generic_visit(node)
        self.numbers += 1
        counter = f"{HELPERS}rounds_{self.numbers}"
        first = ast.Assign([ast.Name(counter, ast.Store())], helper("counter"))
        again = ast.Call(ast.Attribute(ast.Name(counter, ast.Load()), "again", ast.Load()), [], [])
        node.test = at(ast.BoolOp(ast.And(), [again, hinted(node.test, True, matters)]), node.test)
        return [at(first, node), node]

    def visit_For(self, node: ast.For | ast.AsyncFor) -> Any:
        self.generic_visit(node)
        rounds = at(helper("rounds", node.iter, shape(node.target)), node.iter)
        return at(ast.For(node.target, rounds, node.body, node.orelse), node)

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With | ast.AsyncWith) -> Any:
        self.generic_visit(node)
        for one in node.items:
            one.context_expr = at(helper("manager", one.context_expr, shape(one.optional_vars)), one.context_expr)
        return at(ast.With(node.items, node.body), node)

    visit_AsyncWith = visit_With

    def visit_Raise(self, node: ast.Raise) -> Any:
        self.generic_visit(node)
        if node.exc is not None:
            node.exc, node.cause = at(helper("raised", node.exc), node.exc), None
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        self.generic_visit(node)
        if node.type is not None:
            node.type = at(helper("caught", node.type), node.type)
        node.body.insert(0, at(ast.Expr(helper("handling")), node.body[0]))
        return node

    def visit_Assert(self, node: ast.Assert) -> Any:
        self.generic_visit(node)
        return at(ast.Expr(helper("assume", node.test)), node)

    def visit_Import(self, node: ast.Import) -> Any:
        return [at(bind(*one), node) for one in imported(node)]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        return [at(bind(*one), node) for one in imported(node)]

    # definitions

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Any:
        without_annotations(node.args)
        decorators = [at(helper("decorator", self.visit(one)), one) for one in node.decorator_list]
        node.decorator_list, node.returns = [], None
        matters = self.relevance.of_definition(node)
        self.quiet += not matters
        self.generic_visit(node)
        self.quiet -= not matters
        plain = ast.FunctionDef(node.name, node.args, node.body, [], None, None)
        plain.decorator_list = decorators
        if hasattr(node, "type_params"):
            plain.type_params = []  # type: ignore[attr-defined]
        return at(plain, node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        forward = any(isinstance(one, Function) and one.name == "forward" for one in node.body)
        loose = bool(node.decorator_list or node.bases)
        body = [one for one in node.body if not (loose and isinstance(one, ast.AnnAssign))] or [ast.Pass()]
        bases = ast.Starred(helper("bases", ast.Constant(forward), *map(self.visit, node.bases)), ast.Load())
        plain = ast.ClassDef(node.name, [bases], [], [self.visit(one) for one in body], [])
        if hasattr(node, "type_params"):
            plain.type_params = []  # type: ignore[attr-defined]
        plain.body = [each for one in plain.body for each in (one if isinstance(one, list) else [one])]
        told = ast.Assign([ast.Name(TELLS, ast.Store())], ast.Constant(tells(node, self.targets)))
        plain.body.append(at(told, node.body[-1]))
        return at(plain, node)
