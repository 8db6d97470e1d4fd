"""What a read of a tensor attribute does with it: compute, so that its device matters, or something harmless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cached_property

import libcst as cst

from torchmodlint.analysis import torch_names
from torchmodlint.analysis.annotations import alternatives
from torchmodlint.analysis.definitions import dotted, first_parameter, is_static
from torchmodlint.analysis.tensor_calls import FROM_DATA
from torchmodlint.analysis.tree import descendants, within
from torchmodlint.analysis.usage import Read

MOVES = frozenset({"to", "cuda", "cpu", "type_as", "xpu"})
HARMLESS = frozenset({"device", "dtype", "shape", "ndim", "is_cuda", "layout", "requires_grad", "is_sparse", "names"})
# Methods after which the tensor still is what it was, as far as its device goes.
THROUGH = frozenset({"expand", "view", "reshape", "unsqueeze", "squeeze", "repeat", "float", "long", "t", "transpose"})
DTYPES = frozenset({"float", "float16", "float32", "float64", "bfloat16", "half", "double", "long", "int64", "bool"})
KEEPING = frozenset({"append", "add", "extend", "update", "get"})

Chain = tuple[cst.CSTNode, ...]


class Use(Enum):
    """COMPUTED: meets other tensors. MOVED: to another device first. ASIDE: neither, or not known."""

    COMPUTED = "computed"
    MOVED = "moved"
    ASIDE = "aside"


class TensorUses:
    """How one method uses the tensors it reads: follows each outwards through expressions and local names.

    `modules` are the attributes of the instance that surely are modules, `methods` its methods by name: what is given
    to either is followed there.
    """

    def __init__(
        self,
        method: cst.FunctionDef,
        modules: frozenset[str] = frozenset(),
        methods: Mapping[str, cst.FunctionDef] | None = None,
        resolve: Callable[[str], str] | None = None,
        running: tuple[str, ...] = (),
    ) -> None:
        self.method = method
        self.modules = modules
        self.methods = methods or {}
        self.resolve = resolve or str  # the canonical dotted name of a name in the file
        self._running = running
        self._locals: dict[str, Use] = {}  # what is done with a local name; one that is being asked about is ASIDE

    def use_of(self, read: Read) -> Use:
        """What the place `read`, in this method, does with the tensor."""
        return self.follow(read.node, read.above)

    def follow(self, node: cst.CSTNode, above: Chain) -> Use:
        if not above:
            return Use.ASIDE
        step = _STEPS.get(type(above[-1]))
        return Use.ASIDE if step is None else step(self, node, above[-1], above[:-1])

    def attribute(self, node: cst.CSTNode, parent: cst.Attribute, above: Chain) -> Use:
        name = parent.attr.value
        call = above[-1] if above else None
        if not (isinstance(call, cst.Call) and call.func is parent):
            return Use.ASIDE if name in HARMLESS else self.follow(parent, above)
        if name in MOVES and not _is_dtype(call):
            return Use.MOVED
        if name in MOVES:
            return self.follow(call, above[:-1])
        if name in THROUGH:
            return self.follow(call, above[:-1])
        if name in torch_names.NON_TENSOR_METHODS or name in torch_names.SELF_METHODS:
            return Use.ASIDE
        return self._unless_moved(call, above[:-1]) if call.args and name in torch_names.TENSOR_METHODS else Use.ASIDE

    def binary(self, node: cst.CSTNode, parent: cst.BinaryOperation, above: Chain) -> Use:
        other = parent.right if parent.left is node else parent.left
        if isinstance(other, cst.BaseNumber):
            return self.follow(parent, above)
        return self._unless_moved(parent, above)

    def unary(self, node: cst.CSTNode, parent: cst.UnaryOperation, above: Chain) -> Use:
        return Use.ASIDE if isinstance(parent.operator, cst.Not) else self.follow(parent, above)

    def comparison(self, node: cst.CSTNode, parent: cst.Comparison, above: Chain) -> Use:
        if any(isinstance(one.operator, cst.Is | cst.IsNot | cst.In | cst.NotIn) for one in parent.comparisons):
            return Use.ASIDE
        if above and isinstance(above[-1], cst.If | cst.While | cst.Assert | cst.BooleanOperation | cst.IfExp):
            return Use.ASIDE  # one truth value, which any device gives
        return self._unless_moved(parent, above)

    def target(self, node: cst.CSTNode, parent: cst.ComparisonTarget, above: Chain) -> Use:
        return self.follow(parent, above)

    def subscript(self, node: cst.CSTNode, parent: cst.Subscript, above: Chain) -> Use:
        if parent.value is not node or all(self._is_position(element) for element in parent.slice):
            return Use.ASIDE  # an index may stay on the CPU; one element by its position has no dimensions
        return self.follow(parent, above)

    def argument(self, node: cst.CSTNode, parent: cst.Arg, above: Chain) -> Use:
        """An argument of a torch function or of a tensor's method is computed with."""
        call = above[-1] if above else None
        if not isinstance(call, cst.Call):
            return Use.ASIDE
        written = dotted(call.func)
        function = "" if written is None else self.resolve(written)
        if function.startswith("einops.") or function.rpartition(".")[2] == "Variable":
            return self.follow(call, above[:-1])
        if function in torch_names.LIKE_FACTORIES:
            return Use.ASIDE
        if function in FROM_DATA:
            moved = any(arg.keyword is not None and arg.keyword.value == "device" for arg in call.args)
            return Use.MOVED if moved else self.follow(call, above[:-1])
        if function.startswith(("torch.", "F.", "nn.")) or written in self._loop_modules or self._is_item(call.func):
            return self._unless_moved(call, above[:-1])
        if not isinstance(call.func, cst.Attribute):
            return Use.ASIDE
        name = call.func.attr.value
        if isinstance(call.func.value, cst.Name):
            owner = call.func.value.value
            if owner == first_parameter(self.method):
                return self._own(name, parent, call, above[:-1])
            if name == "apply" and owner[:1].isupper():  # an autograd function
                return self._unless_moved(call, above[:-1])
        if name in MOVES or name in KEEPING or name not in torch_names.TENSOR_METHODS:
            return Use.ASIDE
        return self._unless_moved(call, above[:-1])

    def _is_item(self, node: cst.BaseExpression) -> bool:
        """Is it `self.layers[i]`, of an attribute that surely holds modules?"""
        owner, _, name = ((dotted(node.value) if isinstance(node, cst.Subscript) else None) or "").rpartition(".")
        return owner == first_parameter(self.method) and name in self.modules

    def _own(self, name: str, parent: cst.Arg, call: cst.Call, above: Chain) -> Use:
        """An argument of `self.name(...)`."""
        if name in self.modules:
            return self._unless_moved(call, above)
        method = self.methods.get(name)
        if method is None or name in self._running or len(self._running) > 2:
            return Use.ASIDE
        params = [*method.params.posonly_params, *method.params.params][1:]
        at = call.args.index(parent)
        if parent.keyword is not None:
            params = [one for one in (*params, *method.params.kwonly_params) if one.name.value == parent.keyword.value]
            at = 0
        if parent.star or is_static(method) or any(one.star for one in call.args[:at]) or at >= len(params):
            return Use.ASIDE
        inner = TensorUses(method, self.modules, self.methods, self.resolve, (*self._running, name))
        return inner.local(params[at].name.value)

    def passing(self, node: cst.CSTNode, parent: cst.CSTNode, above: Chain) -> Use:
        """In a list or tuple: what is done with that."""
        return self.follow(parent, above)

    def augmented(self, node: cst.CSTNode, parent: cst.AugAssign, above: Chain) -> Use:
        return Use.COMPUTED if parent.value is node else Use.ASIDE

    def conditional(self, node: cst.CSTNode, parent: cst.IfExp, above: Chain) -> Use:
        return Use.ASIDE if parent.test is node else self.follow(parent, above)

    def assignment(self, node: cst.CSTNode, parent: cst.Assign, above: Chain) -> Use:
        target = parent.targets[0].target
        if len(parent.targets) > 1 or not isinstance(target, cst.Name):
            return Use.ASIDE
        return self.local(target.value)

    def local(self, name: str) -> Use:
        """What the method does with whatever is in the local name or parameter."""
        if name not in self._locals:
            self._locals[name] = Use.ASIDE
            uses = {self.follow(one, around) for one, around in self._names.get(name, ())}
            self._locals[name] = next((use for use in (Use.MOVED, Use.COMPUTED) if use in uses), Use.ASIDE)
        return self._locals[name]

    def returned(self, node: cst.CSTNode, parent: cst.Return, above: Chain) -> Use:
        """What forward gives back meets other tensors at the caller; what a helper gives back is not followed."""
        return Use.COMPUTED if self.method.name.value == "forward" else Use.ASIDE

    @cached_property
    def _loop_modules(self) -> frozenset[str]:
        """The names of loops over attributes that surely hold modules."""
        found: set[str] = set()
        me = first_parameter(self.method)
        for node in descendants(self.method.body):
            if isinstance(node, cst.For | cst.CompFor):
                over = [
                    one.attr.value
                    for one in (node.iter, *descendants(node.iter))
                    if isinstance(one, cst.Attribute) and isinstance(one.value, cst.Name) and one.value.value == me
                ]
                if over and all(name in self.modules for name in over):
                    targets = (node.target, *descendants(node.target))
                    found |= {one.value for one in targets if isinstance(one, cst.Name)}
        return frozenset(found)

    def moved_results(self) -> set[str]:
        """The methods of the instance whose result is moved where this one calls them."""
        me = first_parameter(self.method)
        return {
            node.func.attr.value
            for node, above in within(self.method.body)
            if isinstance(node, cst.Call)
            and isinstance(node.func, cst.Attribute)
            and isinstance(node.func.value, cst.Name)
            and node.func.value.value == me
            and self.follow(node, above) is Use.MOVED
        }

    @cached_property
    def _names(self) -> dict[str, list[tuple[cst.Name, Chain]]]:
        """Where each bare name is read in the method."""
        found: dict[str, list[tuple[cst.Name, Chain]]] = {}
        for node, above in within(self.method.body):
            if isinstance(node, cst.Name) and above and _is_read(node, above[-1]):
                found.setdefault(node.value, []).append((node, above))
        return found

    def _unless_moved(self, result: cst.CSTNode, above: Chain) -> Use:
        """Computed with, unless it is an index or the result is moved: then everything before is on the CPU."""
        if any(isinstance(one, cst.SubscriptElement) for one in above):
            return Use.ASIDE
        return Use.MOVED if self.follow(result, above) is Use.MOVED else Use.COMPUTED

    def _is_position(self, element: cst.SubscriptElement) -> bool:
        """Is an index surely a Python integer: a literal, an argument annotated so, or a loop counter?"""
        index = element.slice.value if isinstance(element.slice, cst.Index) else None
        if isinstance(index, cst.Integer | cst.UnaryOperation):
            return True
        return isinstance(index, cst.Name) and index.value in self._counters

    @cached_property
    def _counters(self) -> set[str]:
        params = self.method.params
        names = {
            param.name.value
            for param in (*params.posonly_params, *params.params, *params.kwonly_params)
            if param.annotation is not None and _is_int(param.annotation.annotation)
        }
        for node in descendants(self.method.body):
            if isinstance(node, cst.For | cst.CompFor) and isinstance(node.iter, cst.Call):
                called = node.iter.func
                target: cst.CSTNode = node.target
                if isinstance(called, cst.Name) and called.value == "enumerate" and isinstance(target, cst.Tuple):
                    target = target.elements[0].value
                if isinstance(called, cst.Name) and called.value in ("range", "enumerate", "reversed"):
                    if isinstance(target, cst.Name):
                        names.add(target.value)
        return names


def _is_int(annotation: cst.BaseExpression) -> bool:
    members = list(alternatives(annotation))
    return bool(members) and all(isinstance(one, cst.Name) and one.value == "int" for one in members)


def _is_dtype(call: cst.Call) -> bool:
    """Does a call of `.to` change the precision only?"""
    if len(call.args) != 1:
        return False
    arg = call.args[0]
    if arg.keyword is not None:
        return arg.keyword.value == "dtype"
    name = (dotted(arg.value) or "").rpartition(".")[2]
    return name.endswith("dtype") or name in DTYPES


def _is_read(name: cst.Name, parent: cst.CSTNode) -> bool:
    """Is the name read there, and neither assigned nor the name of an attribute?"""
    if isinstance(parent, cst.Attribute):
        return parent.value is name
    if isinstance(parent, cst.Arg):
        return parent.value is name
    return not isinstance(parent, cst.AssignTarget | cst.Param)


_STEPS: dict[type[cst.CSTNode], Callable[..., Use]] = {
    cst.Attribute: TensorUses.attribute,
    cst.BinaryOperation: TensorUses.binary,
    cst.UnaryOperation: TensorUses.unary,
    cst.Comparison: TensorUses.comparison,
    cst.ComparisonTarget: TensorUses.target,
    cst.Subscript: TensorUses.subscript,
    cst.Arg: TensorUses.argument,
    cst.Element: TensorUses.passing,
    cst.List: TensorUses.passing,
    cst.Tuple: TensorUses.passing,
    cst.AugAssign: TensorUses.augmented,
    cst.IfExp: TensorUses.conditional,
    cst.Assign: TensorUses.assignment,
    cst.Return: TensorUses.returned,
}
