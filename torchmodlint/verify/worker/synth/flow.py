"""Fills in usages by reading a function once in source order, and the functions that the values are handed on to."""

from __future__ import annotations

import ast
import inspect
import types
from typing import Any

from torch import nn

from torchmodlint.verify.worker.synth.bindings import evaluated, is_plain
from torchmodlint.verify.worker.synth.marks import Marks
from torchmodlint.verify.worker.synth.sources import Function, code_of, function_of
from torchmodlint.verify.worker.synth.usage import Usage

DEPTH = 4  # of handing on
LIBRARIES = frozenset({"torch", "einops", "numpy"})  # what these do with a value says little about it


def usages_of(cls: type, names: list[str]) -> dict[str, Usage]:
    """How the constructor of a class uses its parameters, and the other methods what it keeps of them."""
    found = {name: Usage() for name in names}
    reader = Reader(set())
    reader.construct(cls, found)
    return found


class Reader(Marks):
    """Reads functions, those too that are called with the values. `seen` are the functions that led here."""

    def __init__(self, seen: set[tuple[object, str]], depth: int = 0, forget: bool = False) -> None:
        super().__init__(forget)
        self.seen = seen
        self.depth = depth
        self.owner: type | None = None

    def construct(self, cls: type, given: dict[str, Usage]) -> None:
        """Read a constructor with usages for some of its parameters, then the other methods of the class."""
        init = inspect.getattr_static(cls, "__init__", None)
        self.call(init, given, _home(cls, "__init__") or cls)
        kept = {name: usage for name, usage in self.environment.items() if name.startswith("self.")}
        if not kept:
            return
        for method in list(vars(cls).values()):
            code = code_of(method)
            node = function_of(code) if code is not None and isinstance(method, types.FunctionType) else None
            if node is not None and node.name != "__init__":
                self.environment = dict(kept)
                self.later = True
                self.body(node.body)

    def call(self, function: Any, given: dict[str, Usage], owner: type | None = None) -> None:
        """Read a function with usages for some of its parameters."""
        code = code_of(function)
        node = function_of(code) if code is not None else None
        if node is None:
            return
        self.owner = owner
        inner = inspect.unwrap(function) if callable(function) else function
        self.scope = getattr(inner, "__globals__", {})
        self.environment.update(given)
        if node.args.kwarg is not None:  # what is handed on by **kwargs goes by its own name
            self.environment.setdefault(f"**{node.args.kwarg.arg}", Usage())
        self.body(node.body)

    def body(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.visit(statement)

    def visit(self, node: ast.AST) -> None:
        method = getattr(self, f"visit_{type(node).__name__.lower()}", None)
        if method is not None:
            method(node)
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            for child in ast.iter_child_nodes(node):
                self.visit(child)
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            self.find(node)  # reading it is using it

    def visit_assign(self, node: ast.Assign) -> None:
        self.visit(node.value)  # in which a name is still what it was: `x = x.to(device)`
        usage = self.find(node.value)
        for target in node.targets:
            self.visit(target)
            if isinstance(target, (ast.Tuple, ast.List)) and isinstance(node.value, (ast.Tuple, ast.List)):
                for left, right in zip(target.elts, node.value.elts, strict=False):
                    self.bind(left, self.find(right))
            elif isinstance(target, (ast.Tuple, ast.List)) and usage is not None:
                if not any(isinstance(each, ast.Starred) for each in target.elts):
                    usage.unpacked = len(target.elts)
                for each in target.elts:
                    self.bind(each, usage.element())
            else:
                self.bind(target, usage)

    def visit_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self.bind(node.target, self.find(node.value))

    def visit_for(self, node: ast.For | ast.comprehension) -> None:
        self.walk(node.target, node.iter)

    visit_asyncfor = visit_comprehension = visit_for

    def visit_listcomp(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> None:
        for generator in node.generators:  # before the element, which uses what they bind
            self.walk(generator.target, generator.iter)

    visit_generatorexp = visit_setcomp = visit_dictcomp = visit_listcomp

    def visit_call(self, node: ast.Call) -> None:
        usage = self.find(node.func)
        self.measured(node)
        if usage is not None and not isinstance(node.func, ast.Call):
            usage.called = max(usage.called, 1 + len(node.args) + len(node.keywords))
            usage.built = usage.built or not self.later
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for index, argument in enumerate(node.args):
            given = self.find(argument)
            if given is not None:
                self.handed(given, node, name, index)
        for keyword in node.keywords:
            given = self.find(keyword.value)
            if given is not None and keyword.arg is None:
                given.mapping = True
        self._follow(node)

    def _follow(self, node: ast.Call) -> None:
        """Read what is called with usages among its arguments."""
        if self.depth >= DEPTH:
            return
        target = self._target(node.func)
        if target is None:
            return
        function, owner, bound = target
        key = (function, "")
        code = code_of(function)
        definition = function_of(code) if code is not None else None
        if definition is None or key in self.seen or getattr(function, "__module__", "").partition(".")[0] in LIBRARIES:
            return
        given = self._match(node, definition, bound)
        if not given:
            return
        inner = Reader({*self.seen, key}, self.depth + 1, self.forget)
        if isinstance(function, types.FunctionType) and function.__name__ == "__init__" and owner is not None:
            inner.call(function, given, owner)
            kept = {name: usage for name, usage in inner.environment.items() if name.startswith("self.")}
            if bound == "super":
                for name, usage in kept.items():
                    self.environment.setdefault(name, usage)
        else:
            inner.call(function, given, owner)

    def _target(self, node: ast.expr) -> tuple[Any, type | None, str] | None:
        if isinstance(node, ast.Attribute) and self.owner is not None:
            inner = node.value
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "super":
                order = self.owner.__mro__
                for cls in order[1:]:
                    if node.attr in vars(cls):
                        return vars(cls)[node.attr], cls, "super"
                return None
            if isinstance(inner, ast.Name) and inner.id == "self":
                method = inspect.getattr_static(self.owner, node.attr, None)
                return (method, self.owner, "self") if isinstance(method, types.FunctionType) else None
        if not is_plain(node) or isinstance(node, ast.Constant):
            return None
        try:
            value = evaluated(node, self.scope)
        except Exception:
            return None
        if isinstance(value, type):
            init = inspect.getattr_static(value, "__init__", None)
            home = _home(value, "__init__") or value
            if issubclass(value, nn.Module) and home.__module__.startswith("torch.nn"):
                return None
            return (init, home, "class")
        if isinstance(value, types.FunctionType):
            return value, None, "function"
        return None

    def _match(self, node: ast.Call, definition: Function, bound: str) -> dict[str, Usage]:
        names = [each.arg for each in [*definition.args.posonlyargs, *definition.args.args]]
        if bound != "function":
            names = names[1:]
        given: dict[str, Usage] = {}
        for name, argument in zip(names, node.args, strict=False):
            usage = self.find(argument)
            if usage is not None:
                given[name] = usage
        for keyword in node.keywords:
            usage = self.find(keyword.value) if keyword.arg else None
            if usage is not None and keyword.arg:
                given[keyword.arg] = usage
        return given


def _home(cls: type, name: str) -> type | None:
    """The class in whose body a method stands."""
    return next((each for each in cls.__mro__ if name in vars(each)), None)
