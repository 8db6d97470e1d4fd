"""What a call of a library's class or function gives, from the callee's dotted name and the arguments.

Facts about tensors: torch 2.13, `torch_names`. Facts about classes: `known`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from torchmodlint.analysis import known, torch_names
from torchmodlint.analysis.arguments import Given, leaves
from torchmodlint.analysis.library_models import built_model
from torchmodlint.analysis.project import Ref
from torchmodlint.analysis.tensor_calls import VARIABLES, tensor_factory, tensor_function
from torchmodlint.analysis.values import (
    UNKNOWN,
    Argument,
    Container,
    Each,
    Module,
    Opaque,
    Parameter,
    Plain,
    Reference,
    SelfValue,
    Tensor,
    Value,
    either,
    possible,
)

PARAMETERS = frozenset(
    {
        "torch.nn.Parameter",
        "torch.nn.parameter.Parameter",
        "torch.nn.UninitializedParameter",
        "torch.nn.parameter.UninitializedParameter",
    }
)
BUFFERS = frozenset({"torch.nn.Buffer", "torch.nn.parameter.Buffer"})
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


def call_library(dotted: str, given: Given, node: cst.Call, nested: Callable[[Value, str], None]) -> Value:
    """The result of calling the library name `dotted`; `nested` is told of a plain container in a registering one."""
    entry = known.lookup(dotted)
    if entry is not None and entry.module:
        built = Module(Ref(None, dotted), node, container=entry.container)
        built.items = list(_children(entry.container, given, nested))
        return built
    model = built_model(dotted) if "output_loading_info" not in given.keywords else None
    if model is not None:
        return Module(model, node)
    if dotted in PARAMETERS or dotted in BUFFERS:
        first = given.get(0, "data")
        scalar = first.scalar if isinstance(first, (Tensor, Parameter)) else None
        return Parameter(node, buffer=dotted in BUFFERS, scalar=scalar)
    if dotted in torch_names.TENSOR_FACTORIES or dotted in VARIABLES:
        return tensor_factory(dotted, given)
    if dotted in torch_names.LIKE_FACTORIES or dotted in torch_names.TENSOR_FUNCTIONS:
        return tensor_function(dotted, given)
    if dotted in torch_names.TUPLE_FUNCTIONS:
        return Container("tuple", [tensor_function(dotted, given)])
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
    kept = tuple(
        value for value in given.all() if not isinstance(value, (Reference, Argument)) and value is not UNKNOWN
    )
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
            elif isinstance(one, (Module, Parameter, Opaque, Tensor)):
                if isinstance(one, Tensor) and container not in ("parameters-list", "parameters-dict"):
                    continue
                yield one


def _copy(given: Given, node: cst.Call) -> Value:
    return _fresh(given.values[0], node) if given.values else UNKNOWN


def _fresh(value: Value, node: cst.Call, depth: int = 0) -> Value:
    """A deep copy: the same kinds of things, but other objects."""
    copies: list[Value] = []
    for one in possible(value):
        if isinstance(one, Module):
            copies.append(Module(one.cls, node, list(one.items), one.container, given=one.given))
        elif isinstance(one, Parameter):
            copies.append(Parameter(node, given=one.given, buffer=one.buffer, scalar=one.scalar))
        elif isinstance(one, Container) and depth < 4:
            copies.append(Container(one.kind, [_fresh(item, node, depth + 1) for item in one.items], node))
        elif isinstance(one, Opaque | SelfValue):
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
