"""Who uses a function of a file: the places that call it or hand it on."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis.definitions import decorator_names
from torchmodlint.analysis.lineage import Lineage


def uses(lineage: Lineage, function: cst.FunctionDef) -> list[cst.BaseExpression]:
    """The places in the file that read the function by its name: `name`, or for a method `self.name`, `super().name`
    and `Class.name`. Methods of the same name of other classes are not told apart."""
    owner = lineage.owner(function)
    name = function.name.value
    if owner is None:
        home = lineage.home(function)
        return [one for one in lineage.names[name] if lineage.scope_of(one) is home]
    classes = {one.name.value for one in lineage.above(function) if isinstance(one, cst.ClassDef)}
    return [one for one in lineage.attributes[name] if _on_instance(lineage, one.value, classes)]


def _on_instance(lineage: Lineage, value: cst.BaseExpression, classes: set[str]) -> bool:
    if isinstance(value, cst.Call):
        return isinstance(value.func, cst.Name) and value.func.value == "super"
    if isinstance(value, cst.Name) and value.value in ("cls", *classes):
        return True
    return lineage.is_me(value)


def calls(lineage: Lineage, function: cst.FunctionDef) -> list[cst.Call] | None:
    """The calls of the function in its file; None when it is also used in another way, or not at all."""
    found = []
    for use in uses(lineage, function):
        call = lineage.parent(use)
        if not isinstance(call, cst.Call) or call.func is not use:
            return None
        found.append(call)
    return found or None


def arguments(lineage: Lineage, function: cst.FunctionDef, name: str) -> list[cst.BaseExpression] | None:
    """What the calls in the file give for the parameter `name`, its default where they give nothing.

    None when that is not known: no calls in sight, other uses of the function, `*args`.
    """
    params = function.params
    plain = [*params.posonly_params, *params.params]
    position = next((at for at, one in enumerate(plain) if one.name.value == name), None)
    param = next((one for one in (*plain, *params.kwonly_params) if one.name.value == name), None)
    found = calls(lineage, function)
    if found is None or param is None:
        return None
    values = []
    for call in found:
        bound = position is not None and _bound(lineage, function, call)
        value = argument(call, name, position - 1 if bound and position is not None else position)
        if value is None and not any(arg.star for arg in call.args):
            value = param.default
        if value is None:
            return None
        values.append(value)
    return values


def argument(call: cst.Call, name: str, position: int | None) -> cst.BaseExpression | None:
    """The argument that a call gives by the keyword `name` or at `position`; None for none or one not in sight."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg.value
    if position is None:
        return None
    given = list(_positional(call))
    return given[position].value if 0 <= position < len(given) else None


def _positional(call: cst.Call) -> Iterator[cst.Arg]:
    for arg in call.args:
        if arg.star == "*":
            return
        if arg.keyword is None and not arg.star:
            yield arg


def _bound(lineage: Lineage, function: cst.FunctionDef, call: cst.Call) -> bool:
    """Does the call leave out the first parameter, which is the instance or the class?"""
    decorators = set(decorator_names(function))
    if lineage.owner(function) is None or "staticmethod" in decorators:
        return False
    assert isinstance(call.func, cst.Attribute)
    receiver = call.func.value
    return "classmethod" in decorators or isinstance(receiver, cst.Call) or lineage.is_me(receiver)
