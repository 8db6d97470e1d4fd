"""Python's own functions, where these would want to know what an opaque value is."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from torchmodlint.verify.worker.modes import library
from torchmodlint.verify.worker.modes.opaque import Opaque, derived, fresh, identity, within
from torchmodlint.verify.worker.modes.recorder import StandIn, recorder_of
from torchmodlint.verify.worker.modes.run import run

LONGEST = 1000  # numbers of a range that is gone through as it stands


def _range(*arguments: Any) -> Any:
    if list(within(arguments)) or not all(isinstance(one, int) for one in arguments):
        if run().counted:
            return range(2)
        return derived("range", *arguments)
    numbers = range(*arguments)
    if not run().counted or len(numbers) > LONGEST:
        return range(3) if run().counted else derived("range", *arguments)
    return numbers


def _enumerate(values: Any, start: Any = 0) -> Any:
    if run().counted and not isinstance(start, Opaque):
        return builtins.enumerate(values, start)
    return ((derived("number", identity(values), number), one) for number, one in builtins.enumerate(values))


def _isinstance(value: Any, kind: Any) -> Any:
    known = library.is_instance(value, kind)
    return derived("isinstance", value, kind) if known is NotImplemented else known


def _print(*values: Any, **options: Any) -> None:
    return None


def _exit(*code: Any) -> None:
    raise SystemExit


def _next(iterator: Any, *default: Any) -> Any:
    return fresh("next", of=(iterator,)) if isinstance(iterator, Opaque) else builtins.next(iterator, *default)


def _getattr(value: Any, name: Any, *default: Any) -> Any:
    if not isinstance(name, str):
        return fresh("attribute", of=(value,))
    if default and isinstance(value, Opaque) and recorder_of(value) is None:
        return getattr(value, name)
    return builtins.getattr(value, name, *default)


def _setattr(value: Any, name: Any, new: Any) -> None:
    if isinstance(name, str):
        builtins.setattr(value, name, new)


def _hasattr(value: Any, name: Any) -> Any:
    if isinstance(value, (Opaque, StandIn)) or recorder_of(value) is not None or isinstance(name, Opaque):
        plain = not isinstance(value, Opaque) and isinstance(name, str)
        own = plain and (hasattr(type(value), name) or name in vars(value))
        return True if own else derived("hasattr", value, name)
    return builtins.hasattr(value, name)


def _callable(value: Any) -> Any:
    return derived("callable", value) if isinstance(value, Opaque) else builtins.callable(value)


def _sum(values: Any, *start: Any) -> Any:
    every = list(values)
    return fresh("sum", of=every) if list(within(every)) else builtins.sum(every, *start)


def _opaque_if_any(name: str) -> Callable[..., Any]:
    """The function of that name; an opaque value for opaque arguments, the same for the same."""
    real = getattr(builtins, name)

    def function(*arguments: Any, **keywords: Any) -> Any:
        settled = [
            list(one) if name in ("max", "min", "sorted") and hasattr(one, "__next__") else one for one in arguments
        ]
        if list(within((*settled, *keywords.values()))):
            return derived(name, *settled)
        try:
            return real(*settled, **keywords)
        except TypeError:  # of an object whose class is in sight in part
            return derived(name, *settled)

    return function


MOCKED: dict[str, Any] = {
    "range": _range,
    "enumerate": _enumerate,
    "isinstance": _isinstance,
    "issubclass": lambda *kinds: derived("issubclass", *kinds),
    "print": _print,
    "next": _next,
    "getattr": _getattr,
    "setattr": _setattr,
    "hasattr": _hasattr,
    "callable": _callable,
    "sum": _sum,
    **{name: _opaque_if_any(name) for name in ("len", "max", "min", "sorted", "abs", "round", "pow", "divmod", "hash")},
    "exit": _exit,
    "quit": _exit,
}
# Nothing of these is run; the first group leaves modules alone.
OPAQUE = {
    **{name: f"builtins.{name}" for name in ("open", "input", "vars", "dir", "globals", "locals", "breakpoint")},
    **dict.fromkeys(("eval", "exec", "compile", "__import__", "memoryview"), ""),
}
