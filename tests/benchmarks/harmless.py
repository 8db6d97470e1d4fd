"""Places where a planted change would be no pitfall, as the rules and their cases define one: read off with `ast`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TypeGuard

from torchmodlint.analysis import known

NUMBERS = ("float", "int", "bool")
SINGLE = ("float", "float32", "half", "float16", "bfloat16")


def of_self(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def callee(call: ast.Call) -> str:
    """The last component of the name of what is called."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def computed_with(methods: Mapping[str, ast.FunctionDef]) -> set[str]:
    """The attributes that forward, or a method that it calls, computes with: what TML111 is about.

    A buffer that is only saved, or only an index, or is moved where it is used, may as well be a plain attribute.
    """
    names: set[str] = set()
    moved: set[str] = set()
    waiting, seen = ["forward"], set()
    while waiting:
        method = methods.get(waiting.pop())
        if method is None or method.name in seen:
            continue
        seen.add(method.name)
        for node in ast.walk(method):
            operands: list[ast.expr] = []
            if isinstance(node, ast.BinOp):
                operands = [node.left, node.right]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if of_self(node.func):
                    waiting.append(node.func.attr)
                elif node.func.attr in ("to", "type_as", "cuda") and of_self(node.func.value):
                    moved.add(node.func.value.attr)
                elif callee(node) in ("as_tensor", "tensor") and any(one.arg == "device" for one in node.keywords):
                    moved |= {one.attr for one in node.args if of_self(one)}
                elif isinstance(node.func.value, ast.Name) and node.func.value.id in ("torch", "F"):
                    operands = node.args
            names |= {one.attr for one in operands if of_self(one)}
    return names - moved


def constants(cls: ast.ClassDef) -> set[str]:
    """The names in `__constants__`, by which the class says that they are attributes on purpose."""
    values = [
        one.value
        for one in cls.body
        if isinstance(one, ast.Assign)
        and any(isinstance(to, ast.Name) and to.id == "__constants__" for to in one.targets)
    ]
    return {
        node.value
        for value in values
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def is_number(value: ast.expr, initialiser: ast.FunctionDef) -> bool:
    """`torch.tensor(0.5)`, `torch.empty(())`: a tensor without dimensions, which need not be a buffer."""
    if isinstance(value, ast.Name):
        bound = [
            one.value
            for one in ast.walk(initialiser)
            if isinstance(one, ast.Assign) and any(_is_name(to, value.id) for to in one.targets)
        ]
        return _is_tested_for_dimensions(value.id, initialiser) or (
            bool(bound) and not any(isinstance(one, ast.Name) or not is_number(one, initialiser) for one in bound)
        )
    if not (isinstance(value, ast.Call) and value.args):
        return False
    first = value.args[0]
    if callee(value) in ("tensor", "as_tensor"):
        if isinstance(first, ast.Name):
            return first.id in _numbers(initialiser)
        return isinstance(first, (ast.Constant, ast.UnaryOp))
    return isinstance(first, ast.Tuple) and not first.elts


def _numbers(initialiser: ast.FunctionDef) -> set[str]:
    """The parameters that are numbers, by their annotation or their default."""
    given = initialiser.args
    ordered = [*given.posonlyargs, *given.args]
    defaults = {one.arg: value for one, value in zip(reversed(ordered), reversed(given.defaults), strict=False)}
    defaults |= {one.arg: value for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value}
    annotated = {one.arg for one in (*ordered, *given.kwonlyargs) if getattr(one.annotation, "id", "") in NUMBERS}
    return annotated | {
        name
        for name, value in defaults.items()
        if isinstance(value, ast.Constant) and isinstance(value.value, (int, float))
    }


def _is_tested_for_dimensions(name: str, initialiser: ast.FunctionDef) -> bool:
    """Is there a test `name.ndim == 0`, or `name.dim() == 0`?"""
    for node in ast.walk(initialiser):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            left = node.left.func if isinstance(node.left, ast.Call) else node.left
            nought = isinstance(node.comparators[0], ast.Constant) and node.comparators[0].value == 0
            if (
                nought
                and isinstance(left, ast.Attribute)
                and left.attr in ("ndim", "dim")
                and _is_name(left.value, name)
            ):
                return True
    return False


def is_handed_in(value: ast.expr, initialiser: ast.FunctionDef) -> bool:
    """Are these the arguments of the constructor, or their parts? Whoever passed them may have registered them."""
    given = initialiser.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    names = {one.arg for one in arguments if one is not None}
    names -= {
        node.id for node in ast.walk(initialiser) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return _is_part_of(value, names)


def _is_part_of(value: ast.expr, names: set[str]) -> bool:
    while isinstance(value, (ast.Attribute, ast.Subscript)):
        value = value.value
    if isinstance(value, ast.List):
        return bool(value.elts) and all(_is_part_of(one, names) for one in value.elts)
    if isinstance(value, ast.ListComp):
        (generator, *others) = value.generators
        inner = {generator.target.id} if isinstance(generator.target, ast.Name) else set()
        return not others and _is_part_of(generator.iter, names) and _is_part_of(value.elt, inner)
    return isinstance(value, ast.Name) and value.id in names


def has_precision_of_its_own(data: ast.expr) -> bool:
    """Does something else than the source say what `Parameter(data).double()` changes? It may change nothing."""
    for node in ast.walk(data):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                single = isinstance(keyword.value, ast.Attribute) and keyword.value.attr in SINGLE
                if keyword.arg is None or (keyword.arg == "dtype" and not single):
                    return True
    return False


def is_without_weights(made: ast.Call) -> bool:
    """A number, a tensor, or one of torch's layers that hold nothing to share, such as nn.ReLU, may stand anywhere."""
    function = made.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        if function.value.id in ("torch", "np", "numpy", "math", "random"):
            return True
    if callee(made) in ("pop", "Parameter"):
        return True
    entry = known.lookup(f"torch.nn.{callee(made)}")
    return entry is not None and entry.module and not entry.container and not set(entry.state) & set("pb?")


def is_registered_before(name: str, statement: ast.stmt, initialiser: ast.FunctionDef) -> bool:
    """Is the name surely registered before? Then a number is refused there, with another error than a taken name."""
    calls = [one.value for one in _earlier(statement, initialiser) if isinstance(one, ast.Expr)]
    return any(
        isinstance(call, ast.Call)
        and callee(call).startswith("register_")
        and bool(call.args)
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value == name
        for call in calls
    )


def _earlier(statement: ast.stmt, holder: ast.AST) -> list[ast.stmt]:
    """The statements further up in `holder` and in the branches of it that hold the statement."""
    for field in ("body", "orelse", "handlers", "finalbody"):
        inside: list[ast.stmt] = getattr(holder, field, [])
        for at, one in enumerate(inside):
            if any(node is statement for node in ast.walk(one)):
                return [*inside[:at], *_earlier(statement, one)]
    return []


def never_drops(call: ast.Call, forward: ast.FunctionDef) -> bool:
    """Is the rate of a dropout an attribute that forward itself sets to 0?"""
    rates = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "p")]
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and not node.value.value
        and any(of_self(to) and of_self(rate) and to.attr == rate.attr for to in node.targets for rate in rates)
        for node in ast.walk(forward)
    )


def says_nothing(method: ast.FunctionDef) -> bool:
    """Nothing but a docstring, `pass` or a raise: a method to be overridden."""
    return all(
        isinstance(one, (ast.Pass, ast.Raise)) or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in method.body
    )


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
