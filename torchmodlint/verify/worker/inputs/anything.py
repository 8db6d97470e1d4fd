"""A call with stand-ins for its inputs, for questions about what the object itself does: does a line run, what is a
function told there, does a hook fire?

Used where no inputs were found with which forward gets that far. The object and all that it holds are real. Only what
comes in from outside, and what is computed from that, is stood in for by values of which nothing is known. What was
seen of such a call may confirm something, and never refutes: a way that is open to stand-ins may be closed to tensors.
"""

from __future__ import annotations

import dis
import inspect
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from torchmodlint.verify.worker.inputs.guess import parameters_of, required
from torchmodlint.verify.worker.inputs.search import entry_of
from torchmodlint.verify.worker.synth.build import same_start
from torchmodlint.verify.worker.synth.clock import TookTooLong, limited
from torchmodlint.verify.worker.synth.failure import release

WAYS = 12  # through the code, each with other answers to the tests of what is not known
TESTS = 200  # on one way, after which it is given up
SECONDS = 1.0  # for one way: a guard against loops, no budget
SIZE = 2  # where a number is needed
OF_LISTS = ("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "block_diag")


class _LostItsWay(Exception):
    """A way on which there are tests without end."""


class _Way:
    """The answers on one way: `given` first, and True for the rest, so that more of the code runs."""

    current: _Way

    def __init__(self, given: tuple[bool, ...]) -> None:
        self.given = given
        self.answers: list[bool] = []

    def answer(self) -> bool:
        turn = len(self.answers)
        if turn >= TESTS:
            raise _LostItsWay
        self.answers.append(self.given[turn] if turn < len(self.given) else True)
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
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
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
        return _Way.current.answer()

    def __bool__(self) -> bool:
        return _Way.current.answer()

    def __len__(self) -> int:
        return SIZE

    def __index__(self) -> int:
        return SIZE

    def __int__(self) -> int:
        return SIZE

    def __float__(self) -> float:
        return float(SIZE)

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


class _Lenient(TorchFunctionMode):
    """Gives a stand-in for what depends on one, and for what torch refuses to compute."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        try:
            return func(*args, **kwargs or {})
        except Exception as error:
            release(error)
            return Anything()


@contextmanager
def _lenient_functions() -> Iterator[None]:
    """Functions that take tensors in a list, and look for nothing else there, take a stand-in for the list as well."""
    originals = {name: getattr(torch, name) for name in OF_LISTS if hasattr(torch, name)}

    def lenient(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            given = [*arguments, *keywords.values()]
            return Anything() if any(isinstance(one, Anything) for one in given) else original(*arguments, **keywords)

        return call

    for name, original in originals.items():
        setattr(torch, name, lenient(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(torch, name, original)


@contextmanager
def _lenient_modules(entered: nn.Module) -> Iterator[None]:
    """Modules other than the one that is entered give a stand-in where they fail."""
    original = nn.Module.__call__

    def call(module: nn.Module, *arguments: Any, **keywords: Any) -> Any:
        try:
            return original(module, *arguments, **keywords)
        except Exception as error:
            if module is entered:
                raise
            release(error)
            return Anything()

    nn.Module.__call__ = call  # type: ignore[method-assign]
    try:
        yield
    finally:
        nn.Module.__call__ = original  # type: ignore[method-assign]


def ways_through(module: nn.Module, method: str | None = None) -> Iterator[Exception | None]:
    """Call the object, or one of its methods, with stand-ins, on one way through the code after the other.

    What each ended with is given, and what is to be seen of it is to be looked at before the next is asked for. The
    object is not to be used for anything else afterwards. First only those arguments are given that must be, then all.
    """
    function = getattr(type(module), method) if method else entry_of(module)
    call = getattr(module, method) if method else module
    for choose in (required, parameters_of):
        chosen = choose(function)
        waiting: deque[tuple[bool, ...]] = deque([()])
        for _ in range(WAYS):
            if not waiting:
                break
            way = _Way.current = _Way(waiting.popleft())
            yield _go(module, call, chosen)
            for turn in range(len(way.given), min(len(way.answers), WAYS)):
                waiting.append((*way.answers[:turn], not way.answers[turn]))


def _go(module: nn.Module, call: Callable[..., Any], chosen: list[inspect.Parameter]) -> Exception | None:
    arguments = [Anything() for one in chosen if one.kind not in (one.KEYWORD_ONLY, one.VAR_KEYWORD)]
    keywords = {one.name: Anything() for one in chosen if one.kind is one.KEYWORD_ONLY}
    with same_start(), torch.no_grad(), _lenient_modules(module), _lenient_functions(), _Lenient():
        try:
            with limited(SECONDS):
                call(*arguments, **keywords)
        except TookTooLong as error:
            release(error)
            return _LostItsWay()
        except Exception as error:
            release(error)
            return error
    return None
