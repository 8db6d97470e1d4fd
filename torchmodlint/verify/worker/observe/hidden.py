"""What an object holds without registering it: modules, Parameters and tensors in attributes and plain containers.

Everything here reads `vars()` and the tables of nn.Module, so that no property, `__getattr__` or overridden method of
the user's runs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from torchmodlint.core.parts import Held

DEPTH = 4  # levels of containers in containers that are looked into
MOST = 20_000  # objects that are looked at: a list of a million tensors is data
TABLES = ("_parameters", "_buffers", "_modules")


@dataclass(frozen=True)
class Registered:
    """The ids of what the tables of a module and of its submodules hold."""

    modules: frozenset[int]
    tensors: frozenset[int]


def hidden(module: nn.Module) -> list[Held]:
    """Everything that the module and its submodules hold in vain, each thing once, in the order of attributes."""
    known = registered(module)
    seen: set[int] = set()
    found = []
    for prefix, part in submodules(module):
        for name, value in attributes(part).items():
            for path, leaf in contents(value, name):
                if id(leaf) in known.modules or id(leaf) in known.tensors or id(leaf) in seen:
                    continue
                seen.add(id(leaf))
                if isinstance(leaf, nn.Module) or not is_derived(leaf, known):
                    found.append(_record(prefix + path, leaf))
    return found


def state(module: nn.Module) -> dict[str, Any]:
    """The instance dictionary, past any `__getattribute__` of the user's."""
    return cast("dict[str, Any]", object.__getattribute__(module, "__dict__"))


def attributes(module: nn.Module) -> dict[str, Any]:
    """The plain attributes: what nn.Module's own bookkeeping does not know."""
    return {name: value for name, value in state(module).items() if name not in BOOKKEEPING}


def table(module: nn.Module, name: str) -> dict[str, Any]:
    """One of nn.Module's tables; empty when there is none."""
    found = state(module).get(name)
    return cast("dict[str, Any]", found) if isinstance(found, Mapping) else {}


def registered_names(module: nn.Module) -> dict[str, Any]:
    """The names that the module itself registers, with what stands under them."""
    return {name: value for each in TABLES for name, value in table(module, each).items()}


def submodules(module: nn.Module, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """The module and all registered under it, each once, with the prefix of names in it: "", "encoder."."""
    seen: set[int] = set()
    waiting = [(prefix, module)]
    while waiting:
        path, part = waiting.pop(0)
        if id(part) in seen:
            continue
        seen.add(id(part))
        yield path, part
        children = table(part, "_modules").items()
        waiting += [(f"{path}{name}.", child) for name, child in children if isinstance(child, nn.Module)]


def registered(module: nn.Module) -> Registered:
    """What is registered at any depth."""
    modules, tensors = set(), set()
    for _, part in submodules(module):
        modules.add(id(part))
        tensors |= {id(one) for name in ("_parameters", "_buffers") for one in table(part, name).values()}
    return Registered(frozenset(modules), frozenset(tensors))


def contents(value: object, path: str = "", depth: int = DEPTH) -> Iterator[tuple[str, Any]]:
    """The modules and tensors that a value is, or holds in plain containers, with the way to each."""
    left = [MOST]
    yield from _contents(value, path, depth, left, set())


def _contents(value: object, path: str, depth: int, left: list[int], above: set[int]) -> Iterator[tuple[str, Any]]:
    left[0] -= 1
    if left[0] < 0:
        return
    if isinstance(value, (nn.Module, torch.Tensor)):
        yield path, value
    elif depth > 0 and id(value) not in above:
        above = above | {id(value)}
        for key, item in _items(value):
            yield from _contents(item, f"{path}[{key}]", depth - 1, left, above)


def is_container(value: object) -> bool:
    """Is it one of Python's containers, or of a class derived from one?"""
    return isinstance(value, (list, tuple, dict, set, frozenset, deque)) and not isinstance(value, torch.Size)


def _items(value: object) -> list[tuple[str, Any]]:
    """The items of a plain container by its own, not an overridden, iteration."""
    if isinstance(value, dict):
        return [(repr(key)[:40], item) for key, item in dict.items(value)]
    if isinstance(value, list):
        return [(str(at), item) for at, item in enumerate(list.__iter__(value))]
    if isinstance(value, tuple) and not isinstance(value, torch.Size):
        return [(str(at), item) for at, item in enumerate(tuple.__iter__(value))]
    if isinstance(value, deque):
        return [(str(at), item) for at, item in enumerate(deque.__iter__(value))]
    if isinstance(value, (set, frozenset)):
        return [("…", item) for item in value]
    return []


def tensors_of(leaf: nn.Module | torch.Tensor) -> list[torch.Tensor]:
    """The tensor itself, or all that a module registers, each once."""
    if isinstance(leaf, torch.Tensor):
        return [leaf]
    found: dict[int, torch.Tensor] = {}
    for _, part in submodules(leaf):
        for name in ("_parameters", "_buffers"):
            for one in table(part, name).values():
                if isinstance(one, torch.Tensor):
                    found[id(one)] = one
    return list(found.values())


def size_of(tensor: torch.Tensor) -> int:
    """The number of elements; 0 for what is lazy and has no shape yet."""
    return 0 if is_lazy(tensor) else tensor.numel()


def is_lazy(tensor: object) -> bool:
    return isinstance(tensor, (UninitializedBuffer, UninitializedParameter))


def is_derived(tensor: torch.Tensor, known: Registered) -> bool:
    """Was it computed from nothing but registered Parameters, as the `weight` of an old-style weight norm is?"""
    if is_lazy(tensor) or tensor.grad_fn is None:
        return False
    leaves = list(_graph_leaves(tensor.grad_fn))
    return bool(leaves) and all(id(leaf) in known.tensors for leaf in leaves)


def depends_on(tensor: torch.Tensor, known: Registered) -> bool:
    """Does the graph behind it lead to a registered Parameter?"""
    return tensor.grad_fn is not None and any(id(leaf) in known.tensors for leaf in _graph_leaves(tensor.grad_fn))


def _graph_leaves(node: Any) -> Iterator[torch.Tensor]:
    seen: set[Any] = set()
    waiting = [node]
    while waiting and len(seen) < MOST:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        variable = getattr(node, "variable", None)
        if isinstance(variable, torch.Tensor):
            yield variable
        waiting += [following for following, _ in node.next_functions]


def _record(path: str, leaf: nn.Module | torch.Tensor) -> Held:
    tensors = tensors_of(leaf)
    is_parameter = isinstance(leaf, nn.Parameter)
    kind = "module" if isinstance(leaf, nn.Module) else "parameter" if is_parameter else "tensor"
    return Held(
        path=path,
        kind=kind,
        type=type(leaf).__name__,
        parameters=sum(isinstance(one, nn.Parameter) for one in tensors),
        elements=sum(size_of(one) for one in tensors),
        bytes=sum(size_of(one) * one.element_size() for one in tensors),
        requires_grad=any(one.requires_grad for one in tensors),
    )


BOOKKEEPING = frozenset(vars(nn.Module())) | {"_compiled_call_impl", "_forward_hooks_always_called"}
