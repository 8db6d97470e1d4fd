"""Calls with stand-ins for the inputs, for questions about what the object itself does: does a line run, what is a
function told there, does a hook fire?

Used where no inputs were found with which forward gets that far. The object and all that it holds are real. Only what
comes in from outside, and what is computed from that, is stood in for by values of which nothing is known. What was
seen of such a call may confirm something, and never refutes: a way that is open to stand-ins may be closed to tensors.
"""

from __future__ import annotations

import inspect
import sys
import types
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeGuard

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from torchmodlint.verify.worker.inputs.anything import Anything, LostItsWay, Way
from torchmodlint.verify.worker.inputs.guess import parameters_of, required
from torchmodlint.verify.worker.inputs.search import entry_of
from torchmodlint.verify.worker.synth.build import same_start
from torchmodlint.verify.worker.synth.clock import TookTooLong, limited
from torchmodlint.verify.worker.synth.failure import release

WAYS = 12  # through the code, each with other answers to the tests of what is not known
SECONDS = 1.0  # for one way: a guard against loops, no budget
OF_LISTS = ("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "block_diag")
FIXED = ("torch", "torchmodlint")  # packages whose functions are left as they are

Owner = dict[str, Any] | type | types.ModuleType  # what holds something under a name


def ways_through(module: nn.Module, method: str | None = None) -> Iterator[Exception | None]:
    """Call the object, or one of its methods, with stand-ins, on one way through the code after the other.

    What each ended with is given, and what is to be seen of it is to be looked at before the next is asked for. The
    object is not to be used for anything else afterwards. First only those arguments are given that must be, then all.
    """
    function = getattr(type(module), method) if method else entry_of(module)
    call = getattr(module, method) if method else module
    entrance = {function, type(module).forward} if not method else {function}
    files = frozenset(each.__code__.co_filename for each in _methods(type(module)))
    for choose in (required, parameters_of):
        chosen = choose(function)
        waiting: deque[tuple[bool, ...]] = deque([()])
        for _ in range(WAYS):
            if not waiting:
                break
            way = Way.current = Way(waiting.popleft(), files)
            yield _go(module, call, chosen, entrance)
            for turn in range(len(way.given), min(len(way.answers), WAYS)):
                waiting.append((*way.answers[:turn], not way.answers[turn]))


def _go(
    module: nn.Module, call: Callable[..., Any], chosen: list[inspect.Parameter], entrance: set[Any]
) -> Exception | None:
    arguments = [Anything() for one in chosen if one.kind not in (one.KEYWORD_ONLY, one.VAR_KEYWORD)]
    keywords = {one.name: Anything() for one in chosen if one.kind is one.KEYWORD_ONLY}
    with same_start(), torch.no_grad(), _lenient_code(module, entrance), _LenientTorch():
        try:
            with limited(SECONDS):
                call(*arguments, **keywords)
        except TookTooLong as error:
            release(error)
            return LostItsWay()
        except Exception as error:
            release(error)
            return error
    return None


class _LenientTorch(TorchFunctionMode):
    """Gives a stand-in for what depends on one, and for what torch refuses to compute."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        try:
            return func(*args, **kwargs or {})
        except Exception as error:
            release(error)
            return Anything()


@contextmanager
def _lenient_code(entered: nn.Module, entrance: set[Any]) -> Iterator[None]:
    """The other methods of the module that is entered, and the functions that its code knows, give a stand-in where
    they fail on one; other modules, and torch's functions that look into lists, wherever they are given one. Of which
    type one is, is open as well."""
    namespaces = _namespaces(type(entered))
    owners: list[Owner] = [*_own(type(entered)), *namespaces]
    instead = [
        (owner, name, _leniently(value))
        for owner in owners
        for name, value in (owner if isinstance(owner, dict) else vars(owner)).items()
        if _is_own(value) and value not in entrance and not name.startswith("__")
    ]
    instead += [(torch, name, _of_lists(getattr(torch, name))) for name in OF_LISTS if hasattr(torch, name)]
    instead += [(namespace, "isinstance", _is_instance) for namespace in namespaces]
    instead.append((nn.Module, "__call__", _lenient_call(entered)))
    before = [(owner, name, _get(owner, name)) for owner, name, _ in instead]
    try:
        for owner, name, value in instead:
            _put(owner, name, value)
        yield
    finally:
        for owner, name, value in before:
            _put(owner, name, value)


def _get(owner: Owner, name: str) -> Any:
    return owner.get(name, isinstance) if isinstance(owner, dict) else getattr(owner, name)


def _put(owner: Owner, name: str, value: Any) -> None:
    if isinstance(owner, dict):
        owner[name] = value
    else:
        setattr(owner, name, value)


def _own(cls: type) -> list[type]:
    """The class and its bases, without torch's."""
    return [base for base in cls.__mro__ if base is not object and _home(base) not in FIXED]


def _is_own(value: Any) -> TypeGuard[types.FunctionType]:
    return isinstance(value, types.FunctionType) and _home(value) not in FIXED


def _home(value: Any) -> str:
    return str(getattr(value, "__module__", None) or "").partition(".")[0]


def _methods(cls: type) -> list[types.FunctionType]:
    return [value for base in _own(cls) for value in vars(base).values() if _is_own(value)]


def _namespaces(cls: type) -> list[dict[str, Any]]:
    """The global names that the methods of the class know."""
    return list({id(one.__globals__): one.__globals__ for one in _methods(cls)}.values())


def _among(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    """Is one of the arguments a stand-in?"""
    return any(type(one) is Anything for one in (*arguments, *keywords.values()))


def _of_lists(original: Callable[..., Any]) -> Callable[..., Any]:
    """The same, but it takes a stand-in for its list as well."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        return Anything() if _among(arguments, keywords) else original(*arguments, **keywords)

    return call


def _leniently(original: Callable[..., Any]) -> Callable[..., Any]:
    """The same, but where it fails on a stand-in, it gives one."""

    @wraps(original)
    def call(*arguments: Any, **keywords: Any) -> Any:
        try:
            return original(*arguments, **keywords)
        except (LostItsWay, NotImplementedError):
            raise
        except Exception as error:
            if not _among(arguments, keywords):
                raise
            release(error)
            return Anything()

    return call


def _lenient_call(entered: nn.Module) -> Callable[..., Any]:
    original = nn.Module.__call__

    def call(module: nn.Module, *arguments: Any, **keywords: Any) -> Any:
        if module is not entered and _among(arguments, keywords):
            return Anything()
        try:
            return original(module, *arguments, **keywords)
        except LostItsWay:
            raise
        except Exception as error:
            if module is entered:
                raise
            release(error)
            return Anything()

    return call


def _is_instance(value: object, kinds: Any) -> bool:
    """Of which type a stand-in is, is not known."""
    really = isinstance(value, kinds)
    return Way.current.answer(sys._getframe(1), really) if type(value) is Anything else really
