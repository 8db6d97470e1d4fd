"""Values of which nothing is known, and the answers to what code asks of them."""

from __future__ import annotations

import dis
import sys
import types
from collections.abc import Iterator
from typing import Any

import torch

TESTS = 500  # on one way, after which it is given up
SIZE = 2  # where a number is needed


class LostItsWay(Exception):
    """A way on which there are tests without end."""


class Way:
    """The answers on one way: `given` first, and for the rest mostly True, so that more of the code runs.

    Only tests in the code of `files` are told apart. Those that other code makes are answered alike on all ways.
    """

    current: Way

    def __init__(self, given: tuple[bool, ...], files: frozenset[str]) -> None:
        self.given = given
        self.files = files
        self.answers: list[bool] = []
        self.tests = 0

    def answer(self, asker: types.FrameType, first: bool = True) -> bool:
        """What the code that runs in the frame is told."""
        self.tests += 1
        if self.tests > TESTS:
            raise LostItsWay
        if asker.f_code.co_filename not in self.files:
            return first
        turn = len(self.answers)
        self.answers.append(self.given[turn] if turn < len(self.given) else first)
        return self.answers[-1]


class Anything(torch.Tensor):
    """A value of which nothing is known. Whatever is done with it gives another one.

    It is a tensor for those who ask, as most inputs are, and for those parts of torch that would crash on a mere
    pretence.
    """

    dtype, device, layout = torch.float32, torch.device("cpu"), torch.strided
    requires_grad = is_cuda = is_sparse = is_quantized = is_meta = False
    __hash__ = object.__hash__

    def __new__(cls) -> Anything:
        made: Anything = torch.Tensor._make_subclass(cls, torch.zeros(()))
        return made

    @classmethod
    def __torch_function__(cls, function: Any, classes: Any, args: Any = (), kwargs: Any = None) -> Any:
        return Anything()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what Python and torch ask of objects to find out what they are
            raise AttributeError(name)
        return Anything()

    def __setattr__(self, name: str, value: Any) -> None:
        """Nothing is kept: it is not the object in question."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return Anything()

    def __getitem__(self, key: Any) -> Any:
        return Anything()

    def __setitem__(self, key: Any, value: Any) -> None:
        """As for attributes."""

    def __iter__(self) -> Iterator[Any]:
        return iter([Anything() for _ in range(_asked_for())])

    def __contains__(self, item: object) -> bool:
        return Way.current.answer(sys._getframe(1))

    def __bool__(self) -> bool:
        return Way.current.answer(sys._getframe(1))

    def __len__(self) -> int:
        """Of a batch, or of the shape of images."""
        return SIZE if Way.current.answer(sys._getframe(1)) else 2 * SIZE

    def __index__(self) -> int:
        return SIZE

    def __int__(self) -> int:
        return SIZE

    def __float__(self) -> float:
        return float(SIZE)

    def __format__(self, how: str) -> str:
        return "anything"

    def __enter__(self) -> Any:
        return Anything()

    def __exit__(self, *error: object) -> None:
        """Nothing is held back."""


def _any(*_: Any) -> Anything:
    return Anything()


_BINARY = "add sub mul matmul truediv floordiv mod pow lshift rshift and or xor"
_OTHERS = "lt le gt ge eq ne neg pos abs invert round trunc floor ceil"
for _name in _BINARY.split():
    for _form in ("", "r", "i"):
        setattr(Anything, f"__{_form}{_name}__", _any)
for _name in _OTHERS.split():
    setattr(Anything, f"__{_name}__", _any)


def _asked_for() -> int:
    """How many items the code that iterates wants: those of `b, c, h, w = x.shape`, or two for a loop."""
    frame = sys._getframe(2)
    code, at = frame.f_code.co_code, frame.f_lasti
    if dis.opname[code[at]] == "UNPACK_SEQUENCE":
        return code[at + 1]
    if dis.opname[code[at]] == "UNPACK_EX":
        return code[at + 1] + 1
    return SIZE
