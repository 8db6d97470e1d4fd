"""One traversal of a tree for all visitors, about fifty times as fast as LibCST's own.

`CSTNode.visit` costs as much as parsing, because it rebuilds every node from its children. `walk` calls the same
methods of the same visitors in the same order, but only reads. For each set of visitor classes it writes one
function per node type, which enters just those fields below which a visitor can be called: unless a visitor asks for
whitespace or comments, which are half of all nodes, these are never looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from traceback import walk_stack, walk_tb
from types import CodeType, FrameType, FunctionType
from typing import Any

import libcst as cst

from torchmodlint.analysis.children import ChildField, UnknownShapeError, child_fields, node_types
from torchmodlint.analysis.depth import FRAMES, TooDeepError, room
from torchmodlint.analysis.hooks import hook_names, hooks_of

_FILE_PREFIX = "<walk of "
_OUR_FILES = (_FILE_PREFIX, os.path.dirname(cst.__file__))

OnError = Callable[[cst.BatchableCSTVisitor, Exception], None]


def walk(module: cst.Module, visitors: Sequence[cst.BatchableCSTVisitor], on_error: OnError | None = None) -> None:
    """Call the hooks of `visitors` for every node of `module`, as `libcst.visit_batched` does.

    At each node the visitors are called in the order given. What a hook returns is ignored. Without `on_error` an
    exception from a hook ends the walk and is raised; with it, it is handed to `on_error` together with the visitor,
    which then gets no more calls, and the others go on.

    Raises TooDeepError if the tree is nested too deeply, and TypeError, before any hook is called, for a visitor that
    relies on something the walk does not do: see `torchmodlint.analysis.hooks`.
    """
    bound = [hooks_of(visitor) for visitor in visitors]
    plan = _plan(tuple(type(visitor) for visitor in visitors))
    try:
        with room():
            _Run(visitors, bound, on_error).walk(module, plan)
    except RecursionError as error:
        frames = (frame for frame, _ in walk_tb(error.__traceback__))
        if _is_shallow(frames):
            raise
        raise TooDeepError from None


class _Plan:
    """What is common to all walks with the same visitor classes."""

    def __init__(self, visitor_types: tuple[type[cst.BatchableCSTVisitor], ...]) -> None:
        self.callers: dict[str, list[str]] = {}
        for number, visitor_type in enumerate(visitor_types):
            for name in hook_names(visitor_type):
                self.callers.setdefault(name, []).append(_variable(number, name))
        self._hooked = {name.split("_")[1] for name in self.callers}
        self._worth_entering: dict[type[cst.CSTNode], bool] = {}  # by what fields are annotated with
        self._codes: dict[type[cst.CSTNode], CodeType | None] = {}

    def _is_worth_entering(self, held: type[cst.CSTNode]) -> bool:
        """Has a node of this type a hook, or can one stand below it that has?"""
        if held not in self._worth_entering:
            try:
                self._worth_entering[held] = self._leads_to_hook(held)
            except UnknownShapeError:
                self._worth_entering[held] = True
        return self._worth_entering[held]

    def _leads_to_hook(self, held: type[cst.CSTNode]) -> bool:
        seen = {held}
        todo = [held]
        while todo:
            kinds = _kinds_of(todo.pop())
            if any(kind.__name__ in self._hooked for kind in kinds):
                return True
            for inner in {inner for kind in kinds for field in child_fields(kind) for inner in field.holds} - seen:
                seen.add(inner)
                todo.append(inner)
        return False

    def code(self, node_type: type[cst.CSTNode]) -> CodeType | None:
        """The code that handles a node of this type and all below it; None if there is nothing to do.

        Raises UnknownShapeError.
        """
        if node_type not in self._codes:
            source = self._source(node_type)
            if source is None:
                self._codes[node_type] = None
            else:
                namespace: dict[str, Any] = {}
                exec(compile(source, f"{_FILE_PREFIX}{node_type.__name__}>", "exec"), namespace)
                self._codes[node_type] = namespace["step"].__code__
        return self._codes[node_type]

    def _source(self, node_type: type[cst.CSTNode]) -> str | None:
        name = node_type.__name__
        lines = self._calls(f"visit_{name}")
        for field in child_fields(node_type):
            inner = self._entering(field)
            before, after = self._calls(f"visit_{name}_{field.name}"), self._calls(f"leave_{name}_{field.name}")
            if not (inner or before or after):
                continue
            lines.append(f"value = node.{field.name}")
            if field.quiet:
                lines += ["if value is not None:", *_indented([*before, *inner, *after, "pass"])]
            else:
                lines += [*before, *inner, *after]
        lines += self._calls(f"leave_{name}")
        return "\n".join(["def step(node):", *_indented(lines)]) if lines else None

    def _entering(self, field: ChildField) -> list[str]:
        if not any(map(self._is_worth_entering, field.holds)):
            return []
        step = ["step = steps[child.__class__]", "if step is not None:", "    step(child)"]
        if field.several and field.single:
            lines = ["for child in value if isinstance(value, (tuple, list)) else (value,):", *_indented(step)]
        elif field.several:
            lines = ["for child in value:", *_indented(step)]
        else:
            lines = ["child = value", *step]
        absent = ["value is not None"] * field.none + ["value is not MAYBE"] * field.maybe
        return [f"if {' and '.join(absent)}:", *_indented(lines)] if absent else lines

    def _calls(self, hook: str) -> list[str]:
        lines = []
        for variable in self.callers.get(hook, ()):
            lines += ["try:", f"    {variable}(node)", "except Exception as error:", f"    failed({variable!r}, error)"]
        return lines


_plan = lru_cache(maxsize=64)(_Plan)


@cache
def _kinds_of(held: type[cst.CSTNode]) -> tuple[type[cst.CSTNode], ...]:
    """The node types that a field annotated with `held` can hold."""
    return tuple(kind for kind in node_types() if held in kind.__mro__)


def _variable(number: int, hook: str) -> str:
    return f"v{number}_{hook}"


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


class _Steps(dict[type, "Callable[[cst.CSTNode], None] | None"]):
    """The functions of one walk by node type, made when a node of that type is met for the first time.

    `slow` is the function for a type of unknown shape.
    """

    def __init__(self, plan: _Plan, variables: dict[str, Any], slow: Callable[[cst.CSTNode], None]) -> None:
        super().__init__()
        self._plan = plan
        self._variables = variables
        self._slow = slow

    def __missing__(self, node_type: type[cst.CSTNode]) -> Callable[[cst.CSTNode], None] | None:
        try:
            code = self._plan.code(node_type)
        except UnknownShapeError:
            step: Callable[[cst.CSTNode], None] | None = self._slow
        else:
            step = None if code is None else FunctionType(code, self._variables)
        self[node_type] = step
        return step


class _Run:
    """One walk."""

    def __init__(
        self,
        visitors: Sequence[cst.BatchableCSTVisitor],
        bound: Sequence[Sequence[tuple[str, Any]]],
        on_error: OnError | None,
    ) -> None:
        self._visitors = visitors
        self._bound = bound
        self._on_error = on_error
        self._variables: dict[str, Any] = {"MAYBE": cst.MaybeSentinel.DEFAULT, "failed": self._failed}
        for number, hooks in enumerate(bound):
            for name, method in hooks:
                self._variables[_variable(number, name)] = method

    def walk(self, module: cst.Module, plan: _Plan) -> None:
        """Walk with the functions of `plan`."""
        steps = _Steps(plan, self._variables, self._walk_as_libcst_does)
        self._variables["steps"] = steps
        step = steps[type(module)]
        try:
            if step is not None:
                step(module)
        finally:
            self._variables.clear()  # the functions refer to themselves through it: let go of the tree now
            steps.clear()

    def _walk_as_libcst_does(self, node: cst.CSTNode) -> None:
        """Walk a node of a LibCST that came after us, and all below it: slowly, but rightly."""
        methods = [
            _Methods({name: self._guarded(_variable(number, name)) for name, _ in hooks})
            for number, hooks in enumerate(self._bound)
        ]
        cst.visit_batched(node, methods)

    def _guarded(self, variable: str) -> Callable[[cst.CSTNode], None]:
        def call(node: cst.CSTNode) -> None:
            try:
                self._variables[variable](node)
            except Exception as error:
                self._failed(variable, error)

        return call

    def _failed(self, variable: str, error: Exception) -> None:
        """A hook has raised `error`, which is being handled: give its visitor up, or raise it again."""
        if self._on_error is None:
            raise error
        if isinstance(error, RecursionError) and not _is_shallow(frame for frame, _ in walk_stack(None)):
            raise error  # not its fault: any hook would fail here
        owner = variable.partition("_")[0]
        for name in self._variables:
            if name.partition("_")[0] == owner:
                self._variables[name] = _nothing
        self._on_error(self._visitors[int(owner[1:])], error)


class _Methods(cst.BatchableCSTVisitor):
    def __init__(self, methods: Mapping[str, Callable[[cst.CSTNode], None]]) -> None:
        super().__init__()
        self._methods = methods

    def get_visitors(self) -> Mapping[str, Callable[[cst.CSTNode], None]]:
        return self._methods


def _is_shallow(frames: Iterable[FrameType]) -> bool:
    """Whether these frames, at a RecursionError, are mostly those of a hook that calls itself without end."""
    ours = sum(frame.f_code.co_filename.startswith(_OUR_FILES) for frame in frames)
    return ours * 2 < FRAMES


def _nothing(_node: cst.CSTNode) -> None:
    """The hook of a visitor that has failed."""
