"""Whether what runs have seen hangs on what they were given: tests that went one way, modes that are told."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from torchmodlint.verify.worker.lines import tracing
from torchmodlint.verify.worker.modes.syntax import Function, first, last_name, spans

SWITCHING = ("train", "set_grad_enabled", "inference_mode", "no_grad", "requires_grad_", "enable_grad")


class Ways:
    """The lines of the project's files that ran, and how often."""

    def __init__(self, owns: Callable[[str], bool]) -> None:
        self.owns = owns
        self.lines: Counter[tuple[str, int]] = Counter()
        self.entered: set[tuple[str, int]] = set()  # functions by their first line

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Count what runs in this thread."""
        with tracing(self._enter):
            yield

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not self.owns(frame.f_code.co_filename):
            return None
        self.entered.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))
        return self._line

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.lines[frame.f_code.co_filename, frame.f_lineno] += 1
        return self._line

    def left_open(self, path: str, tree: ast.Module, line: int, tried: frozenset[str]) -> str | None:
        """What the runs may have depended on, in the functions that ran: a test that did not go both ways (it may
        decide over modes, or where a result goes), a handler that ran, a mode that an argument or a global name tells.

        Tests around the line itself went its way: they are the situation in which it runs. `tried` are parameters of
        the function around it that were given all their values.
        """
        functions = [one for one in ast.walk(tree) if isinstance(one, Function)]
        ran = [one for one in functions if (path, first(one)) in self.entered]
        for function in ran:
            told = _told(function, tried if spans([function], [line]) else frozenset())
            if told is not None:
                return f"a mode or a switch is told by `{told}`"
            for node in ast.walk(function):
                if isinstance(node, ast.ExceptHandler) and self._ran(path, node.body):
                    return f"an exception is caught on line {node.lineno} in the run"
                if isinstance(node, ast.comprehension) and node.ifs:
                    return f"it depends on the test on line {node.ifs[0].lineno}"
                if not isinstance(node, (ast.If, ast.IfExp, ast.While, ast.Match, ast.BoolOp)):
                    continue
                if self.lines[path, node.lineno] and not _around(node, line) and not self._both(path, node):
                    return f"it depends on the test on line {node.lineno}"
        return None

    def _ran(self, path: str, body: Sequence[ast.stmt]) -> bool:
        return bool(self.lines[path, body[0].lineno])

    def _both(self, path: str, node: ast.stmt | ast.expr) -> bool:
        """Did it go the one way and the other? Where lines cannot tell, it did not."""
        if not isinstance(node, ast.If) or node.test.lineno != node.test.end_lineno:
            return False
        start = node.body[0]
        if start.lineno == node.lineno or isinstance(start, (ast.For, ast.While, ast.With)):
            return False
        return 0 < self.lines[path, start.lineno] < self.lines[path, node.lineno]


def _told(function: ast.FunctionDef | ast.AsyncFunctionDef, tried: frozenset[str]) -> str | None:
    """What a call that sets a mode or switches gradients is given from outside of the function."""
    sources: list[tuple[set[str], set[str]]] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            sources.append((_names(*node.targets), _names(node.value)))
        elif isinstance(node, (ast.For, ast.comprehension)):
            sources.append((_names(node.target), _names(node.iter)))
    inside = {name for targets, _ in sources for name in targets}
    parameters = {one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)}
    outside = parameters - tried
    grown = -1
    while len(outside) > grown:
        grown = len(outside)
        for targets, read in sources:
            if any(name in outside or name not in inside | parameters for name in read):
                outside |= targets
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and last_name(node.func) in SWITCHING:
            read = _names(*node.args, *(one.value for one in node.keywords))
            found = sorted(name for name in read if name in outside or name not in inside | parameters)
            if found:
                return found[0]
    return None


def _names(*nodes: ast.AST) -> set[str]:
    return {one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name)}


def _around(node: ast.AST, line: int) -> bool:
    """Does the line stand in one of its arms?"""
    if isinstance(node, ast.IfExp):
        return False
    arms = [*getattr(node, "body", []), *getattr(node, "orelse", [])]
    arms += [one for case in getattr(node, "cases", []) for one in case.body]
    return any(spans([one], [line]) for one in arms)
