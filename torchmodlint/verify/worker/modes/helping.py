"""What the rewritten code calls where Python would settle something without asking the values."""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType
from typing import Any

from torchmodlint.verify.worker.modes.opaque import Opaque, compared, derived, fresh, identity, opposite, within
from torchmodlint.verify.worker.modes.recorder import recorder_of
from torchmodlint.verify.worker.modes.run import Abandoned, Run


def unpack(value: Any, shape: Any) -> Any:
    """The value in the form that a target wants: a tuple of as many."""
    if not isinstance(shape, tuple):
        return value
    wanted = len(shape)
    starred = "*" in shape
    if isinstance(value, Opaque):
        items: list[Any] = [value[number] for number in range(wanted)]
        return tuple(unpack(one, inner) for one, inner in zip(items, shape, strict=True))
    items = list(value)
    if not starred and len(items) != wanted:  # what is a list of two here may be of any length
        whole = fresh("items", of=items)
        items = [items[number] if number < len(items) else whole for number in range(wanted)]
    if starred:
        return tuple(items)
    return tuple(unpack(one, inner) for one, inner in zip(items, shape, strict=True))


def _compare(word: str, left: Any, right: Any) -> Any:
    if not any(True for _ in within((left, right))):
        return (
            {"is": left is right, "is not": left is not right}[word] if "is" in word else _contains(word, left, right)
        )
    if word in ("is", "is not"):
        modules = recorder_of(left) is not None or recorder_of(right) is not None
        same: Any = left is right
        if not same and not modules and (isinstance(left, Opaque) or isinstance(right, Opaque)):
            same = compared("==", left, right)
    elif isinstance(right, Opaque) or any(isinstance(one, Opaque) for one in (left,)):
        same = derived("in", left, right if isinstance(right, Opaque) else identity(right))
    else:
        same = _contains("in", left, right)
    if "not" not in word:
        return same
    return opposite(same) if isinstance(same, Opaque) else not same


def _contains(word: str, left: Any, right: Any) -> bool:
    return (left in right) is (word == "in")


def _item(value: Any, key: Any) -> Any:
    try:
        return value[key]
    except (KeyError, IndexError, TypeError):
        if isinstance(value, (type, FunctionType)):
            return value  # a generic class, with what it is of
        return fresh("item", of=(value, key))


def _store(target: Any, key: Any, value: Any) -> None:
    try:
        target[key] = value
    except (TypeError, IndexError):
        if isinstance(target, list):
            target.append(value)


def _joined(pattern: tuple[str | None, ...], *values: Any) -> Any:
    if any(True for _ in within(values)):
        return derived("text", pattern, *values)
    rest = iter(values)
    try:
        return "".join(str(next(rest)) if part is None else part for part in pattern)
    except TypeError:  # `__str__` of a class in sight
        return fresh("text")


def _counted(step: Any) -> Any:
    """What a counter is moved by."""
    return step if Run.current.counted or not isinstance(step, int) else Opaque("step")


def _prefer(hint: bool | None, matters: bool, value: Any) -> Any:
    if isinstance(value, Opaque):
        value._tml.preferred = value._tml.preferred if hint is None else hint
        value._tml.matters = matters
    return value


def _manager(value: Any, shape: Any) -> Any:
    return value


def _raised(error: Any) -> Any:
    if isinstance(error, type) and issubclass(error, BaseException):
        error = error()
    if isinstance(error, BaseException):
        Run.current.raised.append(error)
        return error
    raise Abandoned("an exception out of sight", told=True)


def _caught(kinds: Any) -> Any:
    every = kinds if isinstance(kinds, tuple) else (kinds,)
    return tuple(one for one in every if isinstance(one, type) and issubclass(one, BaseException))


def _assume(value: Any) -> None:
    if isinstance(value, Opaque) and value._tml.truth is None and value._tml.opposite is None:
        value._tml.truth = True


def _spread(values: Any) -> Iterable[Any]:
    return values if not isinstance(values, Opaque) else list(values)


def _spread_keywords(values: Any) -> dict[str, Any]:
    return {str(key): value for key, value in values.items()} if isinstance(values, dict) else {}


HELPING = {
    "unpack": unpack,
    "compare": _compare,
    "item": _item,
    "store": _store,
    "joined": _joined,
    "prefer": _prefer,
    "counted": _counted,
    "manager": _manager,
    "raised": _raised,
    "caught": _caught,
    "assume": _assume,
    "spread": _spread,
    "spread_keywords": _spread_keywords,
}
