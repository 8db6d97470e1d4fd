"""Which decisions can matter to modes and gradients: only those are taken the one way and the other.

By names, and generously: a test matters when what it guards leaves the function, mentions a module or anything that
changes modes or graphs, calls a definition that does, or assigns what a test that matters reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from torchmodlint.verify.worker.modes.syntax import Function, spans
from torchmodlint.verify.worker.modes.words import names

TELLING = names(
    """
    eval train training no_grad inference_mode set_grad_enabled enable_grad grad backward requires_grad
    requires_grad_ detach detach_ load_state_dict
    """
)
LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break, ast.Yield, ast.YieldFrom)
Test = ast.If | ast.IfExp | ast.While


class Relevance:
    """What matters in one file. `also` are names that do besides torch's own: of modules, of helpers in other files."""

    def __init__(self, tree: ast.AST, also: Iterable[str], targets: Sequence[int]) -> None:
        self._telling = set(TELLING | frozenset(also))
        self._targets = targets
        self._read: set[str] = set()  # by tests that matter, and by calls that set modes
        definitions = [one for one in ast.walk(tree) if isinstance(one, (*Function, ast.ClassDef))]
        tests = [one for one in ast.walk(tree) if isinstance(one, (ast.If, ast.IfExp, ast.While))]
        self._words: dict[ast.AST, frozenset[str]] = {}
        self._stores: dict[ast.AST, frozenset[str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _last(node.func) in TELLING:
                for argument in (*node.args, *(one.value for one in node.keywords)):
                    self._read |= _words([argument])
        while self._grows(definitions, tests):
            pass

    def _grows(self, definitions: Sequence[ast.AST], tests: Sequence[Test]) -> bool:
        before = len(self._telling) + len(self._read)
        for one in definitions:
            name = getattr(one, "name", "")
            if not name.startswith("__") and self.of_definition(one):
                self._telling.add(name)
        for test in tests:
            if self.of_test(test):
                self._read |= _words([test.test])
        return len(self._telling) + len(self._read) > before

    def of_definition(self, node: ast.AST) -> bool:
        """Can it matter which way a function, or the methods of a class, go?"""
        if getattr(node, "name", "") in self._read or spans([node], self._targets):
            return True
        return self._touches(node, [node])

    def of_test(self, node: Test) -> bool:
        """Can it matter which way a test goes?"""
        arms: list[ast.AST] = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [*node.body, *node.orelse]
        leaves = not isinstance(node, ast.While) and any(
            isinstance(each, LEAVING) for one in arms for each in ast.walk(one)
        )
        return leaves or spans(arms, self._targets) or self._touches(node, arms)

    def _touches(self, node: ast.AST, inside: Sequence[ast.AST]) -> bool:
        if node not in self._words:
            self._words[node] = frozenset(_words(inside))
            self._stores[node] = frozenset(_stored(inside))
        return not self._words[node].isdisjoint(self._telling) or not self._stores[node].isdisjoint(self._read)


def tells(node: ast.AST, targets: Sequence[int]) -> bool:
    """Is there anything in it that changes modes or graphs, or any of the lines in question?"""
    return not _words([node]).isdisjoint(TELLING) or spans([node], targets)


def _words(nodes: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        for one in ast.walk(node):
            if isinstance(one, ast.Attribute):
                found.add(one.attr)
            elif isinstance(one, ast.Name):
                found.add(one.id)
            elif isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value in ("eval", "train"):
                found.add(one.value)
    return found - {"self"}


def _stored(nodes: Iterable[ast.AST]) -> set[str]:
    every = [one for node in nodes for one in ast.walk(node)]
    targets = [one for one in every if isinstance(getattr(one, "ctx", None), ast.Store)]
    return {_last(one) for one in targets if isinstance(one, ast.expr)}


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, (ast.Subscript, ast.Starred)):
        return _last(node.value)
    return node.id if isinstance(node, ast.Name) else ""
