"""Reads constructors: what the modules, parameters and buffers are that a function body makes.

Nothing is run. Where a condition or a class is an argument, its default counts: the table speaks of instances that are
built in the ordinary way.
"""

from __future__ import annotations

import ast
import builtins
import functools
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace

from tools.known_sources import Sources, dotted_name
from tools.known_state import NOTHING, UNKNOWN, Held

# Calls into these make no module; numpy and math are the only foreign ones that matter in constructors.
PLAIN = frozenset(sys.stdlib_module_names) | {"numpy", "np", "scipy", "torch", "einops", "packaging", "omegaconf"}
BUILTINS = frozenset(dir(builtins))
STORES = {"register_buffer": "b", "register_parameter": "p"}
TENSORS = {"Parameter": "p", "UninitializedParameter": "p", "Buffer": "b", "UninitializedBuffer": "b"}
CONTAINERS = frozenset({"ModuleList", "ModuleDict", "Sequential"})


class Reader:
    """Reads one function body in the light of its module, its class and the functions defined inside it."""

    def __init__(
        self,
        sources: Sources,
        module: str,
        held_by: Callable[[str], Held | None],
        method: Callable[[str], Held],
        function: Callable[[str], Held],
    ) -> None:
        """`held_by` tells what a class holds, None for no class; `method` and `function` what calls of them make."""
        self.sources = sources
        self.module = module
        self.held_by = held_by
        self.method = method
        self.function = function
        self.defaults: dict[str, ast.expr | None] = {}  # argument -> its default, also for `self.x = argument`
        self.classes: dict[str, list[str]] = {}  # local name -> the classes that it may stand for
        self.inner: dict[str, ast.FunctionDef] = {}
        self.active: set[str] = set()

    def read(self, node: ast.FunctionDef) -> Held:
        self._take_arguments(node.args)
        return self.block(node.body)

    def _take_arguments(self, arguments: ast.arguments) -> None:
        plain = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
        pairs = zip(
            [*plain, *arguments.kwonlyargs], [*defaults, *arguments.defaults, *arguments.kw_defaults], strict=True
        )
        for argument in (arguments.vararg, arguments.kwarg):
            if argument is not None:
                self.defaults[argument.arg] = None
        for argument, default in pairs:
            self.defaults[argument.arg] = default
            self.classes.pop(argument.arg, None)
            self._remember(argument.arg, default)

    def _remember(self, name: str, value: ast.expr | None) -> None:
        """Note which classes a local name stands for after `name = value`."""
        found = self._classes_in(value)
        if found:
            self.classes[name] = [*self.classes.get(name, []), *found]

    def _classes_in(self, value: ast.expr | None) -> list[str]:
        """The classes that an expression may mean: a name, functools.partial, a choice of them."""
        match value:
            case ast.IfExp():
                return [*self._classes_in(value.body), *self._classes_in(value.orelse)]
            case ast.BoolOp():
                return [name for part in value.values for name in self._classes_in(part)]
            case ast.Call(args=[first, *_]) if dotted_name(value.func).rpartition(".")[2] == "partial":
                return self._classes_in(first)
            case ast.Name() | ast.Attribute():
                dotted = dotted_name(value)
                if dotted in self.classes:
                    return self.classes[dotted]
                name = self.sources.canonical(self.module, dotted) if dotted else ""
                return [name] if name and self.held_by(name) is not None else []
            case _:
                return []

    def _truth(self, test: ast.expr) -> bool | None:
        """The truth of a condition when every argument has its default, None where that does not decide."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self._truth(operand)
                return None if truth is None else not truth
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
                default = self.defaults.get(dotted_name(left))
                none = isinstance(default, ast.Constant) and default.value is None
                return None if default is None else none == isinstance(op, ast.Is)
            case ast.Name() | ast.Attribute():
                default = self.defaults.get(dotted_name(test))
                return bool(default.value) if isinstance(default, ast.Constant) else None
            case _:
                return None

    def block(self, body: Iterable[ast.stmt]) -> Held:
        return sum((self.statement(s) for s in body), NOTHING)

    def statement(self, node: ast.stmt) -> Held:
        match node:
            case ast.FunctionDef():
                self.inner[node.name] = node
                return NOTHING
            case ast.ClassDef() | ast.AsyncFunctionDef():
                return NOTHING
            case ast.If():
                return self.expression(node.test) + self._branches(node)
            case ast.Try():
                handlers = sum((self.block(h.body) for h in node.handlers), NOTHING)
                body = self.block([*node.body, *node.orelse, *node.finalbody])
                return body + NOTHING.either(handlers)
            case ast.Match():
                cases = [self.block(c.body) for c in node.cases]
                return NOTHING.either(sum(cases, NOTHING))
            case ast.For() | ast.While() | ast.With():
                heads = [c for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)]
                inner = self.block(node.body)
                return sum((self.expression(h) for h in heads), inner)
            case _:
                if isinstance(node, ast.Assign) and len(node.targets) == 1:
                    self._assigned(dotted_name(node.targets[0]), node.value)
                return sum((self.expression(c) for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)), NOTHING)

    def _assigned(self, target: str, value: ast.expr) -> None:
        if not target:
            return
        if isinstance(value, ast.Name) and target == f"self.{value.id}" and value.id in self.defaults:
            self.defaults[target] = self.defaults[value.id]
        self._remember(target, value)

    def _branches(self, node: ast.If) -> Held:
        body, orelse = self.block(node.body), self.block(node.orelse)
        truth = self._truth(node.test)
        if truth is not None:
            chosen, other = (body, orelse) if truth else (orelse, body)
            return chosen + NOTHING.either(other)
        if isinstance(node.body[-1], ast.Raise):
            return orelse
        if node.orelse and isinstance(node.orelse[-1], ast.Raise):
            return body
        return body.either(orelse)

    def expression(self, node: ast.AST) -> Held:
        match node:
            case ast.Lambda():
                return NOTHING
            case ast.IfExp():
                return self._choice(node)
            case ast.BoolOp():
                return NOTHING.either(sum((self.expression(v) for v in node.values), NOTHING))
            case ast.Call():
                parts = [*node.args, *(k.value for k in node.keywords)]
                if isinstance(node.func, ast.Attribute):
                    parts.append(node.func.value)
                elif isinstance(node.func, ast.Subscript):
                    parts.append(node.func)
                return sum((self.expression(p) for p in parts), self._call(node))
            case _:
                return sum((self.expression(c) for c in ast.iter_child_nodes(node)), NOTHING)

    def _choice(self, node: ast.IfExp) -> Held:
        body, orelse = self.expression(node.body), self.expression(node.orelse)
        truth = self._truth(node.test)
        if truth is None:
            return body.either(orelse)
        return body + NOTHING.either(orelse) if truth else orelse + NOTHING.either(body)

    def _call(self, node: ast.Call) -> Held:
        dotted = dotted_name(node.func)
        head, _, rest = dotted.partition(".")
        if head == "self" and dotted not in self.classes:
            return self._own_call(rest, node)
        if not dotted:
            # super().__init__(...) is the bases' affair; TABLE[name](...) could make anything.
            return UNKNOWN if isinstance(node.func, ast.Subscript | ast.Call) else NOTHING
        if head in self.inner:
            return self._inner_call(head)
        if self._is_container(dotted):
            # Modules written in its arguments are read there; an argument of the constructor may be anything.
            given = [argument.value if isinstance(argument, ast.Starred) else argument for argument in node.args]
            foreign = any(isinstance(g, ast.Name) and g.id in self.defaults for g in given)
            return Held(unknown=foreign, made=True)
        if dotted in self.classes:
            options = [held for held in map(self.held_by, self.classes[dotted]) if held is not None]
            return functools.reduce(Held.either, options)
        if head in self.defaults:
            return NOTHING if rest else UNKNOWN
        held = self._named_call(head, self.sources.canonical(self.module, dotted))
        if any("norm" in (keyword.arg or "") for keyword in node.keywords):
            # The caller chose the normalisation, so what the callee makes by default says nothing of it.
            return replace(held, sure=held.sure & {"p"}, maybe=held.maybe | held.sure)
        return held

    def _is_container(self, dotted: str) -> bool:
        library, _, rest = self.sources.canonical(self.module, dotted).partition(".")
        return library == "torch" and rest.rpartition(".")[2] in CONTAINERS

    def _own_call(self, rest: str, node: ast.Call) -> Held:
        if rest in STORES:
            given = [*node.args[1:], *(k.value for k in node.keywords if k.arg not in ("name", "persistent"))]
            return self._stored(STORES[rest], given[0] if given else None)
        if rest == "add_state":  # torchmetrics moves its states along, yet they are no buffers
            return UNKNOWN
        return NOTHING if "." in rest or not rest else self.method(rest)

    def _stored(self, letter: str, value: ast.expr | None) -> Held:
        """What registering a value adds; None registers an empty place."""
        default = self.defaults.get(value.id) if isinstance(value, ast.Name) else None
        if value is None or (isinstance(value, ast.Constant) and value.value is None):
            return NOTHING
        if isinstance(default, ast.Constant) and default.value is None:
            return Held(maybe=frozenset(letter))
        return Held(frozenset(letter))

    def _inner_call(self, name: str) -> Held:
        if name in self.active:
            return NOTHING
        self.active.add(name)
        node = self.inner[name]
        self._take_arguments(node.args)
        held = self.block(node.body)
        self.active.discard(name)
        return held

    def _named_call(self, head: str, dotted: str) -> Held:
        library, _, rest = dotted.partition(".")
        name = rest.rpartition(".")[2] or library
        if library == "torch" and name in TENSORS:
            return Held(frozenset(TENSORS[name]), made=True)
        if dotted in ("copy.copy", "copy.deepcopy"):
            return UNKNOWN
        held = self.held_by(dotted)
        if held is not None:
            return held
        if self.sources.function_at(dotted) is not None:
            return self.function(dotted)
        owner = self.held_by(dotted.rpartition(".")[0]) if rest else None
        if owner is not None:
            return owner  # Class.from_pretrained(...) and the like
        if library in PLAIN or dotted in BUILTINS:
            return NOTHING
        # A method of a local object builds nothing by itself; a bare local name is a class or factory from a table.
        return NOTHING if rest and head not in self.sources.modules[self.module].names else UNKNOWN
