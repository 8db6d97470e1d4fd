"""What a single expression says about the values in it: compared, calculated with, looked up, measured."""

from __future__ import annotations

import ast
import enum
import re
from typing import Any

from torchmodlint.verify.worker.synth.bindings import Bindings, evaluated, is_plain
from torchmodlint.verify.worker.synth.usage import Usage

_OUTER = re.compile(r"\([^)]*\)")  # a group of axes in an einops pattern
SIZED = frozenset(
    {"range", "int", "abs", "float", "sqrt", "log", "log2", "ceil", "floor", "zeros", "ones", "empty", "arange"}
)
WALKED = frozenset(
    {"enumerate", "zip", "list", "tuple", "sorted", "reversed", "set", "sum", "min", "max", "prod", "any", "all", "map"}
)


class Marks(Bindings):
    """Marks usages. The methods are named for the nodes that they look at."""

    def visit_compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for index, side in enumerate(sides):
            usage = self.find(side)
            if usage is None:
                continue
            for other in sides[:index] + sides[index + 1 :]:
                self._compared(usage, other, node.ops[max(index - 1, 0)], index == 0)

    def _compared(self, usage: Usage, other: ast.expr, operator: ast.cmpop, left: bool) -> None:
        if isinstance(operator, (ast.In, ast.NotIn)) and not left:
            usage.iterated = usage.iterated or not isinstance(other, ast.Constant)
            return
        try:
            value = evaluated(other, self.scope) if is_plain(other) else None
        except Exception:
            return
        if isinstance(value, enum.Enum):
            usage.classes.append(type(value))
        elif isinstance(operator, (ast.In, ast.NotIn)):
            usage.choose(*_constants(value))
        elif isinstance(value, str):
            usage.choose(value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            usage.numeric = True
            if isinstance(operator, ast.Eq):
                usage.choose(value)

    def visit_binop(self, node: ast.BinOp) -> None:
        text = any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in (node.left, node.right))
        lists = any(isinstance(each, (ast.List, ast.Tuple)) for each in (node.left, node.right))
        for side in (node.left, node.right):
            usage = self.find(side)
            if usage is not None:
                if lists and isinstance(node.op, ast.Add):
                    usage.iterated = True
                elif not text and not lists:
                    usage.numeric = True

    def visit_subscript(self, node: ast.Subscript) -> None:
        usage = self.find(node.value)
        if usage is not None and not (isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)):
            usage.indexed = True
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
                usage.longest_index = max(usage.longest_index or 0, abs(node.slice.value))
        key = self.find(node.slice)
        if key is not None and is_plain(node.value):
            try:
                holder = evaluated(node.value, self.scope)
            except Exception:
                return
            if hasattr(holder, "keys"):
                key.choose(*_constants(holder))

    def visit_starred(self, node: ast.Starred) -> None:
        usage = self.find(node.value)
        if usage is not None:
            usage.iterated = True

    def visit_if(self, node: ast.If | ast.IfExp) -> None:
        test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
        usage = self.find(test) if isinstance(test, (ast.Name, ast.Attribute)) else None
        if usage is not None:
            usage.truthy = True

    visit_ifexp = visit_if

    def measured(self, node: ast.Call) -> None:
        """How many dimensions a tensor has, as the call tells, and which layer it is handed to."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        pattern = next(
            (each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)), ""
        )
        if name in {"rearrange", "reduce", "repeat"} and "->" in pattern and node.args:
            self._counts(node.args[0], len(_OUTER.sub("g", pattern.partition("->")[0]).split()))
        elif name == "einsum" and "->" in pattern:
            operands = pattern.partition("->")[0].split(",")
            for operand, argument in zip(operands, node.args[1:], strict=False):
                letters = operand.split() if " " in operand.strip() else list(operand.strip())
                self._counts(argument, len(letters))
        elif name == "permute" and isinstance(node.func, ast.Attribute):
            given = node.args[0].elts if len(node.args) == 1 and isinstance(node.args[0], ast.Tuple) else node.args
            self._counts(node.func.value, len(given))
        layer = ast.unparse(node.func)
        if layer.startswith("self."):
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                given_usage = self.find(argument)
                if given_usage is not None:
                    given_usage.layers.append(layer)

    def _counts(self, node: ast.expr, count: int) -> None:
        usage = self.find(node)
        if usage is not None and not usage.dims:
            usage.dims = count

    def handed(self, usage: Usage, node: ast.Call, name: str, index: int) -> None:
        if name == "getattr" and index == 1:
            usage.text = True
            first = node.args[0]
            usage.names_torch = ast.unparse(first) if is_plain(first) else ""
        elif name == "get" and index == 0 and isinstance(node.func, ast.Attribute) and is_plain(node.func.value):
            try:
                usage.choose(*_constants(evaluated(node.func.value, self.scope)))
            except Exception:
                return
        elif name == "isinstance" and index == 0 and len(node.args) == 2 and is_plain(node.args[1]):
            try:
                kinds = evaluated(node.args[1], self.scope)
            except Exception:
                return
            usage.classes += [
                each for each in (kinds if isinstance(kinds, tuple) else (kinds,)) if isinstance(each, type)
            ]
        elif name in SIZED or (name in ("min", "max") and len(node.args) > 1):
            usage.numeric = True
        elif name in WALKED or name == "len":
            usage.iterated = True
        elif name == "deepcopy":
            usage.module = usage.module or not usage.is_record
        elif (name == "register_buffer" and index == 1) or name in {"Parameter", "from_numpy", "as_tensor"}:
            usage.tensor = True
        elif name == "ModuleList":
            usage.iterated = True
            usage.element().module = True
        elif name == "add_module" and index == 1:
            usage.module = True


def _constants(value: Any) -> list[str | int]:
    """The texts and numbers in a container, sets in order."""
    if not isinstance(value, (list, tuple, set, frozenset, dict)) and not hasattr(value, "keys"):
        return []
    found = [each for each in value if isinstance(each, (str, int))]
    return sorted(found, key=repr) if isinstance(value, (set, frozenset)) else found
