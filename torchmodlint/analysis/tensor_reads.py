"""What a read of a tensor attribute does with it: compute, so that its device matters, or something harmless."""

from __future__ import annotations

from enum import Enum

import libcst as cst

from torchmodlint.analysis import torch_names
from torchmodlint.analysis.tree import within
from torchmodlint.analysis.usage import Read

MOVES = frozenset({"to", "cuda", "cpu", "type_as", "xpu"})
HARMLESS = frozenset({"device", "dtype", "shape", "ndim", "is_cuda", "layout", "requires_grad", "is_sparse", "names"})
# Methods after which the tensor still is what it was, as far as its device goes.
THROUGH = frozenset({"expand", "view", "reshape", "unsqueeze", "squeeze", "repeat", "float", "long", "t", "transpose"})
QUESTIONS = frozenset(
    {"len", "isinstance", "print", "int", "float", "range", "list", "id", "type", "hasattr", "str", "bool"}
)


class Use(Enum):
    """COMPUTED: meets other tensors. MOVED: to another device first. ASIDE: neither, or not known."""

    COMPUTED = "computed"
    MOVED = "moved"
    ASIDE = "aside"


def use_of(read: Read) -> Use:
    """How one place uses the tensor that it reads; through a local name, what is done with that name."""
    return _use(read.node, list(read.above), read.method, 0)


def _use(start: cst.CSTNode, above: list[cst.CSTNode], method: cst.FunctionDef, hops: int) -> Use:
    node = start
    while above:
        parent = above.pop()
        if isinstance(parent, cst.Attribute):
            name = parent.attr.value
            if name in HARMLESS or name in torch_names.NON_TENSOR_METHODS:
                return Use.ASIDE
            call = above[-1] if above else None
            if isinstance(call, cst.Call) and call.func is parent:
                if name in MOVES:
                    return Use.MOVED
                if name in torch_names.SELF_METHODS:
                    return Use.ASIDE
                if name not in THROUGH:
                    return Use.COMPUTED if call.args and name in torch_names.TENSOR_METHODS else Use.ASIDE
                node = above.pop()
                continue
            node = parent
            continue
        if isinstance(parent, cst.BinaryOperation | cst.UnaryOperation | cst.Comparison | cst.ComparisonTarget):
            if isinstance(parent, cst.ComparisonTarget) and isinstance(parent.operator, cst.Is | cst.IsNot | cst.In):
                return Use.ASIDE
            if isinstance(parent, cst.Comparison) and any(
                isinstance(one.operator, cst.Is | cst.IsNot | cst.In | cst.NotIn) for one in parent.comparisons
            ):
                return Use.ASIDE
            if isinstance(parent, cst.UnaryOperation):
                if isinstance(parent.operator, cst.Not):
                    return Use.ASIDE
                node = parent
                continue
            return Use.ASIDE if _inside_index(above) else Use.COMPUTED
        if isinstance(parent, cst.Subscript):
            if parent.value is not node:
                return Use.ASIDE  # an index may stay on the CPU
            node = parent
            continue
        if isinstance(parent, cst.Index | cst.Slice | cst.SubscriptElement):
            return Use.ASIDE
        if isinstance(parent, cst.Arg):
            return _as_argument(above)
        if isinstance(parent, cst.AugAssign):
            return Use.COMPUTED if parent.value is node else Use.ASIDE
        if isinstance(parent, cst.IfExp):
            if parent.test is node:
                return Use.ASIDE
            node = parent
            continue
        if isinstance(parent, cst.Assign) and hops < 3 and len(parent.targets) == 1:
            target = parent.targets[0].target
            return _use_of_local(target.value, method, hops) if isinstance(target, cst.Name) else Use.ASIDE
        return Use.ASIDE
    return Use.ASIDE


def _use_of_local(name: str, method: cst.FunctionDef, hops: int) -> Use:
    """How a method uses a local name: moved at any place counts as moved."""
    uses = {
        _use(node, list(above), method, hops + 1)
        for node, above in within(method.body)
        if (
            isinstance(node, cst.Name)
            and node.value == name
            and above
            and not isinstance(above[-1], cst.AssignTarget | cst.Attribute | cst.Param)
        )
        or (
            isinstance(node, cst.Name)
            and node.value == name
            and above
            and isinstance(above[-1], cst.Attribute)
            and above[-1].value is node
        )
    }
    return Use.MOVED if Use.MOVED in uses else Use.COMPUTED if Use.COMPUTED in uses else Use.ASIDE


def _inside_index(above: list[cst.CSTNode]) -> bool:
    return any(isinstance(one, cst.SubscriptElement) for one in above)


def _as_argument(above: list[cst.CSTNode]) -> Use:
    """An argument of a call: of a torch function, a method or a submodule it is computed with."""
    call = above[-1] if above else None
    if not isinstance(call, cst.Call) or _inside_index(above):
        return Use.ASIDE
    func = call.func
    if isinstance(func, cst.Name):
        return Use.ASIDE
    if isinstance(func, cst.Attribute):
        name = func.attr.value
        if name in MOVES or name.endswith("_like") or name in ("append", "add", "extend", "update", "get"):
            return Use.ASIDE
        root = func.value
        while isinstance(root, cst.Attribute | cst.Call | cst.Subscript):
            root = root.func if isinstance(root, cst.Call) else root.value
        if isinstance(root, cst.Name) and root.value in ("torch", "F", "nn"):
            return Use.COMPUTED
        return Use.COMPUTED if name in torch_names.TENSOR_METHODS else Use.ASIDE
    return Use.ASIDE
