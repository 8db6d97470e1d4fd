"""What a run does with one tensor: computes with it and others, moves it first, or only takes it as an index."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

# What gives no tensor to compute with: facts about it, its values as Python's, and new tensors made in its place.
ATTRIBUTES = frozenset({"__get__", "__set__", "size", "dim", "ndimension", "numel", "nelement", "stride"})
QUESTIONS = frozenset({"is_floating_point", "is_complex", "is_contiguous", "element_size", "data_ptr"})
VALUES = frozenset({"tolist", "item", "numpy", "__len__", "__iter__", "__int__", "__float__", "__bool__", "__index__"})
OTHERS = frozenset({"__repr__", "__format__", "__hash__", "requires_grad_"})
LIKE = frozenset({"zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like"})
NEW = frozenset({"new_zeros", "new_ones", "new_empty", "new_full", "new_tensor"})
NEUTRAL = ATTRIBUTES | QUESTIONS | VALUES | OTHERS | LIKE | NEW
MOVES = frozenset({"to", "type_as", "cuda", "cpu", "_to"})
INDEXING = frozenset({"__getitem__", "__setitem__"})
NESTED = 3  # levels of tuples and lists of arguments


@dataclass
class Uses:
    """`computed` are the functions that got the tensor beside others, with the line of the watched file or 0."""

    computed: list[tuple[str, int]] = field(default_factory=list)
    moved: int = 0
    indexed: int = 0


class Watch(TorchFunctionMode):
    """Follows a tensor, and what is made of it alone, through torch's functions."""

    def __init__(self, tensor: torch.Tensor, path: str) -> None:
        super().__init__()
        self.uses = Uses()
        self.path = path
        self._followed = {id(tensor): tensor}

    def follows(self, value: object) -> bool:
        """Is it the tensor, or made of it alone?"""
        return any(id(one) in self._followed for one in _tensors(value))

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        given = list(_tensors([*args, *kwargs.values()]))
        mine = [one for one in given if id(one) in self._followed]
        if not mine:
            return func(*args, **kwargs)
        name = getattr(func, "__name__", str(func))
        others = [one for one in given if id(one) not in self._followed]
        moves = name in MOVES and (others or _names_device([*args[1:], *kwargs.values()]) or name in ("cuda", "cpu"))
        if moves:
            self.uses.moved += 1
        elif name not in NEUTRAL:
            self._note(name, args, others, mine)
        result = func(*args, **kwargs)
        if moves:
            return result.view_as(result)  # where nothing had to be moved it is the tensor itself
        if not others and name not in NEUTRAL:
            self._followed.update({id(one): one for one in _tensors(result)})
        return result

    def _note(self, name: str, args: Any, others: list[Any], mine: list[Any]) -> None:
        """What the call means, said before it runs: one that fails is a use as well."""
        if name in INDEXING and id(args[0]) not in self._followed:
            if name == "__setitem__" and len(args) > 2 and id(args[2]) in self._followed:
                self.uses.computed.append((name, self._line()))
            else:
                self.uses.indexed += 1
        elif others and any(one.dim() for one in mine):
            self.uses.computed.append((name, self._line()))

    def _line(self) -> int:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.path:
                return frame.f_lineno
            frame = frame.f_back
        return 0


def _tensors(value: object, depth: int = NESTED) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif depth > 0 and isinstance(value, (list, tuple)):
        for one in value:
            yield from _tensors(one, depth - 1)
    elif depth > 0 and isinstance(value, dict):
        for one in value.values():
            yield from _tensors(one, depth - 1)


def _names_device(values: list[Any]) -> bool:
    return any(isinstance(one, (torch.device, str)) for one in values)
