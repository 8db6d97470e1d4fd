"""What an instance of a module class holds, in letters, and what the text of a class says about it at a glance.

`sure` are the letters of what every construction with default arguments makes, `maybe` of what stands under another
condition, `unknown` says that something could not be followed. Letters: "p" parameters, "b" buffers, "m" behaviour
that depends on the mode.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.known_sources import dotted_name

MODE_FUNCTIONS = frozenset(
    {"alpha_dropout", "batch_norm", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout", "rrelu"}
)


@dataclass(frozen=True)
class Held:
    """What an expression, statement or class adds to an instance. `made`: a known module is built at all."""

    sure: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    unknown: bool = False
    made: bool = False

    def __add__(self, other: Held) -> Held:
        return Held(
            self.sure | other.sure, self.maybe | other.maybe, self.unknown or other.unknown, self.made or other.made
        )

    def either(self, other: Held) -> Held:
        """This or the other, by a condition."""
        both = self + other
        sure = self.sure & other.sure
        return Held(sure, both.maybe | (both.sure - sure), both.unknown, both.made)

    def state(self) -> str:
        """The letters of the table: "p" and "b" if sure, "m" if possible, provided that anything is sure."""
        if self.sure:
            letters = self.sure | (self.maybe & {"m"})
            return "".join(letter for letter in "pbm" if letter in letters)
        return "?" if self.maybe or self.unknown else ""


NOTHING = Held()
UNKNOWN = Held(unknown=True)


def of_letters(state: str) -> Held:
    """What a class of the table adds."""
    return Held(unknown=True, made=True) if state == "?" else Held(frozenset(state), made=True)


def uses_mode(node: ast.ClassDef) -> bool:
    """Whether `forward`, or a method of the class that it calls, asks for the mode or calls a function that takes one.

    Other methods often look at `self.training` only to put it back, and checkpointing changes no result.
    """
    methods = {s.name: s for s in node.body if isinstance(s, ast.FunctionDef)}
    pending, seen = ["forward"], set[str]()
    while pending:
        name = pending.pop()
        if name in seen or name not in methods:
            continue
        seen.add(name)
        for inner in _without_checkpointing(methods[name]):
            if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Load):
                if dotted_name(inner) == "self.training":
                    return True
            elif isinstance(inner, ast.Call):
                head, _, rest = dotted_name(inner.func).rpartition(".")
                if head == "self":
                    pending.append(rest)
                elif rest in MODE_FUNCTIONS and head in ("F", "nn.functional", "torch.nn.functional"):
                    return True
    return False


def _without_checkpointing(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.BoolOp) and "checkpoint" in ast.unparse(child):
            continue
        yield child
        yield from _without_checkpointing(child)


def called_attributes(node: ast.ClassDef) -> set[str]:
    """The `x` of every `self.x(...)` and `for ... in self.x`: what may be a module although nobody says so."""
    found: set[str] = set()
    for inner in ast.walk(node):
        target: ast.expr | None = None
        if isinstance(inner, ast.Call):
            target = inner.func
        elif isinstance(inner, ast.For | ast.comprehension):
            target = inner.iter
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            found.add(target.attr)
    return found


def assigned_attributes(node: ast.ClassDef) -> dict[str, list[ast.expr]]:
    """The values that the methods of the class assign to each attribute of `self`."""
    found: dict[str, list[ast.expr]] = {}
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Assign | ast.AnnAssign) or inner.value is None:
            continue
        for target in inner.targets if isinstance(inner, ast.Assign) else [inner.target]:
            head, _, attribute = dotted_name(target).partition(".")
            if head == "self" and attribute and "." not in attribute:
                found.setdefault(attribute, []).append(inner.value)
    return found


def kept_arguments(node: ast.ClassDef) -> bool:
    """Whether the constructor keeps an argument that may be a module: one annotated so, or one without annotation or
    default that is called, iterated over or handed on."""
    init = next((s for s in node.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"), None)
    if init is None:
        return False
    plain = [*init.args.posonlyargs, *init.args.args]
    bare = {a.arg for a in plain[: len(plain) - len(init.args.defaults)] if a.annotation is None}
    typed = {
        a.arg
        for a in [*plain, *init.args.kwonlyargs]
        if a.annotation is not None and re.search(r"\b(Any|Callable|\w*Module|\w*Model)\b", ast.unparse(a.annotation))
    }
    used = called_attributes(node) | _handed_on(node)
    for attribute, values in assigned_attributes(node).items():
        names = {value.id for value in values if isinstance(value, ast.Name)}
        if names & typed or (names & bare and attribute in used):
            return True
    return False


def _handed_on(node: ast.ClassDef) -> set[str]:
    """The `x` of every `f(self.x)`."""
    calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
    given = (value for call in calls for value in [*call.args, *(k.value for k in call.keywords)])
    return {value.attr for value in given if isinstance(value, ast.Attribute) and dotted_name(value.value) == "self"}
