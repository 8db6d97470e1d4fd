"""CUDA code on a machine without CUDA: `.cuda()`, `.to("cuda:0")` and `device="cuda"` go to another device instead.

    with standing_in():           # the cpu: a move changes nothing, a Parameter stays the one it was
    with standing_in("meta"):     # a move is a move, and values are gone

Every construction runs in the first (`importer.shims.without_cuda`); a block inside of another one keeps the device of
the outer one. `torch.cuda.is_available()` stays what it is. Only for the process that is forked for one class:
`torch.cuda.FloatTensor` and the like are patched, and put back at the end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

TORCH = os.path.dirname(torch.__file__) + os.sep
TYPES = ("FloatTensor", "DoubleTensor", "HalfTensor", "LongTensor", "IntTensor", "BoolTensor", "ByteTensor")
ANSWERS = {  # what of torch.cuda answers as if there were one device
    "current_device": 0,
    "synchronize": None,
    "set_device": None,
    "_exchange_device": 0,  # `with torch.cuda.device(0):`
    "_maybe_exchange_device": 0,
}


@dataclass
class Moves:
    """The places, as (file, line), at which something went to the device that stands in for CUDA."""

    places: list[tuple[str, int]] = field(default_factory=list)


_active: list[Moves] = []
ways: set[str] = set()  # how things went there, in this process: "cuda" for `tensor.cuda()`, "device" for the others


@contextmanager
def standing_in(target: str = "cpu") -> Iterator[Moves]:
    """Let the device `target` stand in for CUDA while the block runs."""
    if _active:
        yield _active[-1]
        return
    moves = Moves()
    before = {name: getattr(torch.cuda, name) for name in (*TYPES, *ANSWERS) if hasattr(torch.cuda, name)}
    _active.append(moves)
    try:
        for name in before:
            if name in ANSWERS:
                setattr(torch.cuda, name, partial(_answer, ANSWERS[name]))
            elif target == "cpu":
                setattr(torch.cuda, name, getattr(torch, name))
        with _StandIn(torch.device(target), moves):
            yield moves
    finally:
        for name, value in before.items():
            setattr(torch.cuda, name, value)
        _active.pop()


def _answer(value: object, *args: object, **kwargs: object) -> object:
    return value


class _StandIn(TorchFunctionMode):
    def __init__(self, target: torch.device, moves: Moves) -> None:
        super().__init__()
        self.target, self.moves = target, moves

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func is torch.Tensor.cuda:
            self._note("cuda")
            return args[0].to(self.target)
        if func is torch.Tensor.pin_memory:
            return args[0]
        if _is_cuda(kwargs.get("device")):
            kwargs["device"] = self.target
            self._note("device")
        if func in (torch.Tensor.to, torch.Tensor.type) and any(_is_cuda(one) for one in args[1:]):
            args = (args[0], *(self._here(one) for one in args[1:]))
            self._note("device")
        return func(*args, **kwargs)

    def _here(self, value: Any) -> Any:
        """The argument of a move, with the device that stands in for CUDA, or the CPU's name for a type of tensor."""
        if not _is_cuda(value):
            return value
        return value.replace("torch.cuda.", "torch.") if str(value).startswith("torch.cuda.") else self.target

    def _note(self, way: str) -> None:
        ways.add(way)
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith((__file__, TORCH)):
            frame = frame.f_back
        if frame is not None:
            self.moves.places.append((frame.f_code.co_filename, frame.f_lineno))


def _is_cuda(value: object) -> bool:
    if isinstance(value, torch.device):
        return value.type == "cuda"
    return isinstance(value, str) and (value == "cuda" or value.startswith(("cuda:", "torch.cuda.")))
