"""What a call of a library's class or function gives, from the callee's dotted name and the arguments.

Facts about tensors: torch 2.13, `torch_names`. Facts about classes: `known`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import libcst as cst

from torchmodlint.analysis import known, torch_names
from torchmodlint.analysis.dimensions import folds, scalar_after
from torchmodlint.analysis.project import Ref
from torchmodlint.analysis.values import (
    UNKNOWN,
    Argument,
    Container,
    Each,
    Module,
    Nothing,
    Opaque,
    Parameter,
    Plain,
    Reference,
    Tensor,
    Value,
    either,
    possible,
)


@dataclass
class Given:
    """The arguments of one call: `spread` when `*args` or `**kwargs` may carry more."""

    values: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    nodes: dict[str | int, cst.BaseExpression] = field(default_factory=dict)
    spread: bool = False

    def all(self) -> list[Value]:
        return [*self.values, *self.keywords.values()]

    def get(self, position: int, name: str) -> Value | None:
        if name in self.keywords:
            return self.keywords[name]
        return self.values[position] if 0 <= position < len(self.values) else None


def leaves(value: Value) -> Iterator[Value]:
    """The values inside nested plain containers, the containers themselves left out, each once."""
    seen: set[int] = set()
    stack = [value]
    while stack:
        for one in possible(stack.pop()):
            if id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, Container):
                stack.extend(one.items)
            else:
                yield one


PARAMETERS = frozenset(
    {
        "torch.nn.Parameter",
        "torch.nn.parameter.Parameter",
        "torch.nn.UninitializedParameter",
        "torch.nn.parameter.UninitializedParameter",
    }
)
BUFFERS = frozenset({"torch.nn.Buffer", "torch.nn.parameter.Buffer"})
VARIABLES = frozenset({"torch.autograd.Variable", "torch.Variable", "torch.autograd.variable.Variable"})
# These give their first argument back, or something that stands for it.
SAME = frozenset(
    {"torch.compile", "torch.jit.script", "torch.jit.trace", "torch.nn.utils.skip_init", "torch.jit.script_if_tracing"}
)
BOXES = {
    "list": "list",
    "tuple": "tuple",
    "set": "set",
    "frozenset": "set",
    "dict": "dict",
    "sorted": "list",
    "reversed": "list",
    "iter": "list",
    "filter": "list",
    "collections.OrderedDict": "dict",
    "collections.deque": "list",
    "itertools.chain": "list",
    "typing.OrderedDict": "dict",
}
NUMBERS = frozenset(
    {"len", "int", "float", "str", "bool", "abs", "round", "range", "isinstance", "hasattr", "type", "id", "hash"}
    | {"repr", "print", "issubclass", "callable", "ord", "chr", "format", "bytes", "complex", "divmod", "pow", "open"}
)
# The arguments, or the first one, are sizes.
SHAPED = frozenset({"torch.zeros", "torch.ones", "torch.empty", "torch.full", "torch.rand", "torch.randn"})
SIZED = SHAPED - {"torch.full"} | {"torch.eye", "torch.Tensor", "torch.FloatTensor", "torch.LongTensor"}
FROM_DATA = frozenset({"torch.tensor", "torch.scalar_tensor", "torch.as_tensor", "torch.asarray"})


def call_library(dotted: str, given: Given, node: cst.Call, nested: Callable[[Value, str], None]) -> Value:
    """The result of calling the library name `dotted`; `nested` is told of a plain container in a registering one."""
    entry = known.lookup(dotted)
    if entry is not None and entry.module:
        built = Module(Ref(None, dotted), node, container=entry.container)
        built.items = list(_children(entry.container, given, nested))
        return built
    if dotted in PARAMETERS or dotted in BUFFERS:
        return Parameter(node, buffer=dotted in BUFFERS)
    if dotted in torch_names.TENSOR_FACTORIES or dotted in VARIABLES:
        return _factory(dotted, given)
    if dotted in torch_names.LIKE_FACTORIES or dotted in torch_names.TENSOR_FUNCTIONS:
        return _function(dotted, given)
    if dotted in torch_names.TUPLE_FUNCTIONS:
        return Container("tuple", [_function(dotted, given)])
    if dotted in BOXES:
        items = [one for value in given.values for one in _put_in(BOXES[dotted], value)]
        return Container(BOXES[dotted], [*items, *given.keywords.values()], node)
    if dotted in NUMBERS:
        return Plain()
    special = _SPECIAL.get(dotted)
    if special is not None:
        return special(given, node)
    if dotted in SAME or dotted.startswith(("torch.nn.utils.", "torch.nn.init.")):
        first = given.values[0] if given.values else given.keywords.get("module", given.keywords.get("tensor"))
        if isinstance(first, Reference):
            return UNKNOWN
        return first if first is not None else UNKNOWN
    if dotted.startswith(("numpy.", "math.", "np.")):
        return Opaque()
    kept = tuple(value for value in given.all() if not isinstance(value, Reference | Argument) and value is not UNKNOWN)
    return Opaque(kept) if kept else UNKNOWN


def _put_in(kind: str, value: Value) -> Iterator[Value]:
    """The elements that list(value), dict(value) and the like take over; dict() also takes pairs."""
    if kind != "dict":
        yield Each(value)
        return
    for one in possible(value):
        yield Each(one) if not isinstance(one, Container) or one.kind == "dict" else Each(Each(one))


def _children(container: str, given: Given, nested: Callable[[Value, str], None]) -> Iterator[Value]:
    """The modules and parameters that a library module is given to hold."""
    pairs = container in ("dict", "parameters-dict")
    for value in given.all():
        for one in possible(value):
            if container in ("list", "dict", "parameters-list", "parameters-dict") and isinstance(one, Container):
                for item in tuple(one.items):
                    inner = list(possible(item))
                    if inner and all(isinstance(box, Container) and box.kind != "generator" for box in inner):
                        if not pairs or one.kind == "dict":
                            nested(inner[0], container)
            if isinstance(one, Container):
                yield from leaves(one)
            elif isinstance(one, Module | Parameter | Opaque | Tensor):
                if isinstance(one, Tensor) and container not in ("parameters-list", "parameters-dict"):
                    continue
                yield one


def _factory(dotted: str, given: Given) -> Value:
    flag = given.keywords.get("requires_grad")
    grad = isinstance(flag, Plain) and flag.literal is True
    if flag is not None and not isinstance(flag, Plain):
        return UNKNOWN
    first = given.values[0] if given.values else None
    if dotted in VARIABLES:
        inner = first if isinstance(first, Tensor) else Tensor()
        return Tensor(grad=grad, scalar=inner.scalar, fresh=inner.fresh, given=inner.given)
    scalar: bool | None = False
    empty = False
    fresh = True
    if dotted in FROM_DATA:
        scalar = None
        if isinstance(first, Plain):
            scalar = True
        elif isinstance(first, Container) and first.kind in ("list", "tuple"):
            scalar = False
        elif isinstance(first, Tensor):
            scalar = first.scalar
        fresh = _constant(first)
    elif dotted in SIZED or (dotted == "torch.arange" and len(given.values) == 1):
        sizes = first.values if isinstance(first, Container) and first.values is not None else given.values
        empty = any(isinstance(one, Plain) and one.literal == 0 and not one.flag for one in sizes)
    if isinstance(first, Container) and first.values is not None and not first.values:
        empty = dotted not in SHAPED
        scalar = scalar if empty else True
    if dotted == "torch.Tensor" and first is None:
        empty = True
    if dotted in ("torch.from_numpy", "torch.as_tensor", "torch.asarray", "torch.frombuffer"):
        fresh = _constant(first)
    return Tensor(grad=grad, scalar=scalar, fresh=fresh, empty=empty)


def _constant(value: Value | None) -> bool:
    """Does a tensor made from `value` hold the same numbers whatever input a forward receives?"""
    return not isinstance(value, Tensor | Parameter) or (isinstance(value, Tensor) and value.fresh)


def _function(dotted: str, given: Given) -> Value:
    tensors = [one for value in given.all() for one in leaves(value) if isinstance(one, Tensor | Parameter)]
    plain = [one for one in tensors if isinstance(one, Tensor)]
    origin = next((one for one in tensors if isinstance(one, Parameter)), None)
    lost = f"{dotted}()" if origin is not None else None
    fresh = bool(tensors) and all(isinstance(one, Tensor) and one.fresh for one in tensors)
    before = None if not plain else False if any(one.scalar is False for one in plain) else plain[0].scalar
    name = dotted.rpartition(".")[2]
    scalar = scalar_after(name, given.values[1:], given.keywords, before)
    flag = given.keywords.get("requires_grad") if dotted in torch_names.LIKE_FACTORIES else None
    grad = isinstance(flag, Plain) and flag.literal is True
    unknown = any(
        not isinstance(one, Tensor | Parameter | Plain | Nothing) for value in given.all() for one in leaves(value)
    )
    if not tensors and unknown:
        return Tensor()
    given_in = any(one.given for one in plain) and not folds(name)
    return Tensor(grad, scalar, lost, origin, fresh=fresh and not unknown, given=given_in)


def _copy(given: Given, node: cst.Call) -> Value:
    return _fresh(given.values[0], node) if given.values else UNKNOWN


def _fresh(value: Value, node: cst.Call, depth: int = 0) -> Value:
    """A deep copy: the same kinds of things, but other objects."""
    copies: list[Value] = []
    for one in possible(value):
        if isinstance(one, Module):
            copies.append(Module(one.cls, node, list(one.items), one.container, given=one.given))
        elif isinstance(one, Parameter):
            copies.append(Parameter(node, given=one.given, buffer=one.buffer))
        elif isinstance(one, Container) and depth < 4:
            copies.append(Container(one.kind, [_fresh(item, node, depth + 1) for item in one.items], node))
        elif isinstance(one, Opaque):
            copies.append(UNKNOWN)
        else:
            copies.append(one)
    return either(*copies) if copies else UNKNOWN


def _partial(given: Given, node: cst.Call) -> Value:
    return given.values[0] if given.values else UNKNOWN


def _enumerate(given: Given, node: cst.Call) -> Value:
    element = Each(given.values[0]) if given.values else UNKNOWN
    return Container("list", [Container("tuple", [Plain(), element], values=[Plain(), element])], node)


def _zip(given: Given, node: cst.Call) -> Value:
    elements: list[Value] = [Each(value) for value in given.values]
    return Container("list", [Container("tuple", list(elements), values=None if given.spread else elements)], node)


def _map(given: Given, node: cst.Call) -> Value:
    return Container("generator", [Opaque(tuple(given.values))], node)


def _defaultdict(given: Given, node: cst.Call) -> Value:
    kinds = {"list": "list", "dict": "dict", "set": "set"}
    first = given.values[0] if given.values else None
    box = Container("dict", [], node)
    if isinstance(first, Reference) and first.ref.name in kinds:
        box.items.append(Container(kinds[first.ref.name]))
    return box


def _first(given: Given, node: cst.Call) -> Value:
    return Each(given.values[0]) if given.values else UNKNOWN


_SPECIAL: dict[str, Callable[[Given, cst.Call], Value]] = {
    "copy.deepcopy": _copy,
    "copy.copy": _copy,
    "functools.partial": _partial,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "next": _first,
    "collections.defaultdict": _defaultdict,
}
