"""One traversal of a tree for all visitors, about fifty times as fast as LibCST's own.

`CSTNode.visit` costs as much as parsing, because it rebuilds every node from its children. `walk` calls the same
methods of the same visitors in the same order, but only reads. For each set of visitor classes it writes one
function per node type, which enters just those fields below which a visitor can be called: unless a visitor asks for
whitespace or comments, which are half of all nodes, these are never looked at.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
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
    try:
        plan = _plan(tuple(type(visitor) for visitor in visitors))
    except UnknownShapeError:
        plan = None  # a LibCST that came after us: slowly, then, but rightly
    run = _Run(visitors, on_error)
    try:
        with room():
            if plan is None:
                run.walk_as_libcst_does(module, bound)
            else:
                run.walk(module, plan, bound)
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
        # With their base classes, since those are what fields are annotated with.
        self._alive = {ancestor for node_type in self._types_worth_entering() for ancestor in node_type.__mro__}
        self._codes: dict[type[cst.CSTNode], CodeType | None] = {}

    def _types_worth_entering(self) -> set[type[cst.CSTNode]]:
        """The node types that have a hook, or below which a node type with a hook can stand."""
        holders: dict[type, list[type[cst.CSTNode]]] = {}
        for node_type in node_types():
            for field in child_fields(node_type):
                for held in field.holds:
                    holders.setdefault(held, []).append(node_type)
        hooked = {name.split("_")[1] for name in self.callers}
        alive = {node_type for node_type in node_types() if node_type.__name__ in hooked}
        todo = deque(alive)
        while todo:
            for ancestor in todo.popleft().__mro__:
                for holder in holders.get(ancestor, ()):
                    if holder not in alive:
                        alive.add(holder)
                        todo.append(holder)
        return alive

    def code(self, node_type: type[cst.CSTNode]) -> CodeType | None:
        """The code that handles a node of this type and all below it; None if there is nothing to do."""
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
        if field.holds.isdisjoint(self._alive):
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


def _variable(number: int, hook: str) -> str:
    return f"v{number}_{hook}"


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


class _Steps(dict[type, "Callable[[cst.CSTNode], None] | None"]):
    """The functions of one walk by node type, made when a node of that type is met for the first time."""

    def __init__(self, plan: _Plan, variables: dict[str, Any]) -> None:
        super().__init__()
        self._plan = plan
        self._variables = variables

    def __missing__(self, node_type: type[cst.CSTNode]) -> Callable[[cst.CSTNode], None] | None:
        code = self._plan.code(node_type)
        self[node_type] = step = None if code is None else FunctionType(code, self._variables)
        return step


class _Run:
    """One walk."""

    def __init__(self, visitors: Sequence[cst.BatchableCSTVisitor], on_error: OnError | None) -> None:
        self._visitors = visitors
        self._on_error = on_error
        self._variables: dict[str, Any] = {"MAYBE": cst.MaybeSentinel.DEFAULT, "failed": self._failed}

    def walk(self, module: cst.Module, plan: _Plan, bound: Sequence[Sequence[tuple[str, Any]]]) -> None:
        """Walk with the functions of `plan`."""
        for number, hooks in enumerate(bound):
            for name, method in hooks:
                self._variables[_variable(number, name)] = method
        steps = _Steps(plan, self._variables)
        self._variables["steps"] = steps
        step = steps[type(module)]
        try:
            if step is not None:
                step(module)
        finally:
            self._variables.clear()  # the functions refer to themselves through it: let go of the tree now
            steps.clear()

    def walk_as_libcst_does(self, module: cst.Module, bound: Sequence[Sequence[tuple[str, Any]]]) -> None:
        """Walk with `visit_batched`."""
        methods = []
        for number, hooks in enumerate(bound):
            for name, method in hooks:
                self._variables[_variable(number, name)] = method
            methods.append(_Methods({name: self._guarded(_variable(number, name)) for name, _ in hooks}))
        cst.visit_batched(module, methods)

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
