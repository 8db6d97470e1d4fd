"""Which usage a name stands for, while a function is read."""

from __future__ import annotations

import ast
from typing import Any

from torchmodlint.verify.worker.synth.usage import Usage


class Bindings:
    """`environment` says which usage a name or "self.name" stands for, `scope` what global names mean."""

    def __init__(self, forget: bool = False) -> None:
        self.forget = forget  # a name that is given another value stands for nothing any more
        self.environment: dict[str, Usage] = {}
        self.scope: dict[str, Any] = {}
        self.later = False  # after the construction

    def find(self, node: ast.AST) -> Usage | None:
        """The usage that an expression stands for."""
        if isinstance(node, ast.Name):
            return self.environment.get(node.id)
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "self":
                return self.environment.get(f"self.{node.attr}")
            below = self.find(node.value)
            return below.attribute(node.attr) if below is not None else None
        if isinstance(node, ast.Subscript):
            below = self.find(node.value)
            if below is None:
                return None
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                return below.key(node.slice.value)
            return below if isinstance(node.slice, ast.Slice) else below.element()
        if isinstance(node, ast.BoolOp):
            return self.find(node.values[0])
        if isinstance(node, ast.IfExp):
            return self.find(node.body) or self.find(node.orelse)
        if isinstance(node, ast.Call):
            return self._asked(node)
        return None

    def _asked(self, node: ast.Call) -> Usage | None:
        """`getattr(config, "dim", 3)`, `config.get("dim")`: what these give."""
        text = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if isinstance(node.func, ast.Name) and node.func.id == "getattr" and text and node.args:
            below = self.find(node.args[0])
            if below is not None:
                if len(node.args) > 2:
                    return below.optional.setdefault(text[0], Usage())
                return below.attribute(text[0])
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"get", "pop"} and text:
            below = self.find(node.func.value)
            if below is not None:
                below.mapping = True
                return below.key(text[0]) if len(node.args) == 1 and node.func.attr == "pop" else Usage()
        if isinstance(node.func, ast.Attribute):
            method = self.find(node.func)
            return method.result() if method is not None else None
        return None

    def bind(self, target: ast.AST, usage: Usage | None) -> None:
        name = None
        if isinstance(target, ast.Name):
            name = target.id
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            name = f"self.{target.attr}"
        if name is None:
            return
        if usage is not None:
            self.environment[name] = usage
        elif name.startswith("self.") or self.forget:
            self.environment.pop(name, None)
        # A local that is made of the old value (`x = tuple(x)`) still tells what the old value is.

    def walk(self, target: ast.AST, source: ast.expr) -> None:
        """`for target in source`."""
        usage = self.find(source)
        if usage is not None:
            usage.iterated = True
            element = usage.element()
            if isinstance(target, (ast.Tuple, ast.List)):
                element.unpacked = len(target.elts)
                for each in target.elts:
                    self.bind(each, element.element())
            else:
                self.bind(target, element)
        elif isinstance(source, ast.Call) and isinstance(source.func, ast.Name):
            if source.func.id == "enumerate" and source.args and isinstance(target, ast.Tuple):
                self.walk(target.elts[-1], source.args[0])
            elif source.func.id == "zip" and isinstance(target, ast.Tuple):
                for left, right in zip(target.elts, source.args, strict=False):
                    self.walk(left, right)
            elif source.func.id == "reversed" and source.args:
                self.walk(target, source.args[0])


def is_plain(node: ast.AST) -> bool:
    """Literals and dotted names: evaluating them runs nothing."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return all(is_plain(each) for each in node.elts)
    if isinstance(node, ast.Dict):
        return all(key is not None and is_plain(key) for key in node.keys) and all(
            is_plain(each) for each in node.values
        )
    if isinstance(node, ast.Attribute):
        return is_plain(node.value) and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    if isinstance(node, ast.UnaryOp):
        return is_plain(node.operand)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "keys" and is_plain(node.func.value)
    return isinstance(node, (ast.Constant, ast.Name)) and not (isinstance(node, ast.Name) and node.id == "self")


def evaluated(node: ast.expr, scope: dict[str, Any]) -> Any:
    """What a literal or a dotted name means. Raises what looking it up raises."""
    return eval(compile(ast.Expression(node), "?", "eval"), scope)
