"""A value of which nothing is known but how it came about.

Everything may be done with it, and gives another such value. Two that came about alike are the same object, so that a
test that is made twice goes the same way twice. Behind one that is used as a module stands a real module, behind one
that was computed from a module's result a real tensor, on which autograd does what it does.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import torch

from torchmodlint.verify.worker.modes.run import run

if TYPE_CHECKING:
    from torch import nn

    from torchmodlint.verify.worker.modes.events import Called
    from torchmodlint.verify.worker.modes.recorder import Recorder

ROUNDS = 2  # items of something of which it is not known how many it has
PLAIN = (int, float, str, bytes, bool, complex, type(None), type(Ellipsis))
DEEP = 4  # levels of containers that are searched


class Inside:
    """What is behind an opaque value. `origin` is its dotted path, where it comes from a library."""

    def __init__(self, name: str, origin: str, receiver: object) -> None:
        self.name = name
        self.origin = origin
        self.receiver = receiver  # whose attribute or item it is
        self.parts: dict[object, Any] = {}
        self.module: Recorder | None = None
        self.leaf: nn.Parameter | None = None
        self.tensor: torch.Tensor | None = None
        self.sources: frozenset[Called] = frozenset()
        self.maybe = False  # something went into it, with gradients on, that may have had a graph
        self.truth: bool | None = None
        self.preferred = True  # more of the code runs, and more names have values
        self.matters = True  # which way the next test of it goes
        self.decision: int | None = None  # the number of the decision, once it is made
        self.opposite: Opaque | None = None
        self.equals: tuple[object, object] | None = None
        self.frozen = False  # `requires_grad_(False)` was called before it was known to be a module


class Opaque:
    """See the module. What is known of it is in `_tml`, and everything else is an attribute that gives another."""

    __slots__ = ("__weakref__", "_tml")
    _tml: Inside

    def __init__(self, name: str = "", origin: str = "", receiver: object = None) -> None:
        object.__setattr__(self, "_tml", Inside(name, origin, receiver))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return hooks.attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        hooks.assign(self, name, value)

    def __delattr__(self, name: str) -> None:
        self._tml.parts.pop("." + name, None)

    def __getitem__(self, key: Any) -> Any:
        return hooks.item(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._tml.parts[identity(key)] = value
        hooks.adopt(self, value)

    def __delitem__(self, key: Any) -> None:
        self._tml.parts.pop(identity(key), None)

    def __iter__(self) -> Iterator[Any]:
        return iter([self[number] for number in range(ROUNDS)])

    def __next__(self) -> Any:
        return fresh("next", of=(self,))

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return hooks.call(self, arguments, keywords)

    def __bool__(self) -> bool:
        return truth(self)

    def __enter__(self) -> Any:
        return hooks.enter(self)

    def __exit__(self, *error: object) -> None:
        hooks.leave(self)

    def __contains__(self, item: object) -> bool:
        return truth(derived("in", item, self))

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> Any:
        return compared("==", self, other)

    def __ne__(self, other: object) -> Any:
        return opposite(compared("==", self, other))

    def __int__(self) -> int:
        return ROUNDS

    def __index__(self) -> int:
        return ROUNDS

    def __float__(self) -> float:
        return float(ROUNDS)

    def __str__(self) -> str:
        return "opaque"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return "opaque"

    def __fspath__(self) -> str:
        return "opaque"

    def __copy__(self) -> Opaque:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Opaque:
        if self._tml.module is None:
            return self
        twin = Opaque(self._tml.name)
        memo[id(self)] = twin
        twin._tml.module = copy.deepcopy(self._tml.module, memo)
        return twin


class Hooks:
    """What is done with opaque values, where more is needed than they know themselves."""

    attribute: Callable[[Opaque, str], Any]
    assign: Callable[[Opaque, str, Any], None]
    item: Callable[[Opaque, Any], Any]
    adopt: Callable[[Any, Any], None]
    call: Callable[[Opaque, tuple[Any, ...], dict[str, Any]], Any]
    enter: Callable[[Opaque], Any]
    leave: Callable[[Opaque], None]
    module: Callable[..., Any]  # a call of a recorder
    given: Callable[..., None]  # code out of sight gets hold of values


hooks = Hooks()


def fresh(name: str, origin: str = "", *, of: Iterable[object] = ()) -> Opaque:
    """A value like no other, computed from these."""
    value = Opaque(name, origin)
    carry(value, of)
    return value


def derived(operation: str, *operands: object) -> Opaque:
    """What the operation gives for these operands: the same value whenever they are the same."""
    if any(one._tml.tensor is not None for one in within(operands)):
        return fresh(operation, of=operands)  # a graph is made anew each time
    key = (operation, *(identity(one) for one in operands))
    found = run().made.get(key)
    if found is None:
        found = run().made[key] = Opaque(operation)
    return found


def compared(operation: str, left: object, right: object) -> Opaque:
    """What a comparison gives; for equality with a constant, it is known what else follows."""
    found = derived(operation, left, right)
    if found._tml.equals is None and operation == "==":
        subject, other = (left, right) if isinstance(left, Opaque) else (right, left)
        if isinstance(other, PLAIN):
            found._tml.equals = (subject, other)
    return found


def opposite(value: Opaque) -> Opaque:
    """`not value`, which goes the other way."""
    found = derived("not", value)
    found._tml.opposite = value
    return found


def truth(value: Opaque) -> bool:
    """Which way a test goes; decided the first time it is made."""
    inside = value._tml
    if inside.opposite is not None:
        inside.opposite._tml.preferred, inside.opposite._tml.matters = not inside.preferred, inside.matters
        inside.matters = True
        return not truth(inside.opposite)
    if inside.module is not None:
        return True
    if inside.truth is None:
        followed = _followed(value)
        if followed is None:
            inside.decision = len(run().asked)
            followed = run().decide(inside.preferred)
        inside.truth = followed
        if inside.truth and inside.equals is not None:
            run().equal[id(inside.equals[0])] = inside.equals[1]
    if inside.matters and inside.decision is not None:
        run().mattered.add(inside.decision)
    inside.matters = True
    return inside.truth


def _followed(value: Opaque) -> bool | None:
    """The answer, where earlier decisions leave no choice."""
    equal = run().equal
    if id(value) in equal:
        return bool(equal[id(value)])
    if value._tml.equals is None:
        return None
    subject, constant = value._tml.equals
    if id(subject) in equal:
        return type(equal[id(subject)]) is type(constant) and equal[id(subject)] == constant
    inside = subject._tml if isinstance(subject, Opaque) else None
    if inside is not None and inside.truth is not None and bool(constant) is not inside.truth:
        return False
    if inside is not None and constant is None and (inside.module is not None or inside.tensor is not None):
        return False
    return None


def identity(value: object) -> object:
    """What makes a value the same as another, for keys."""
    if isinstance(value, PLAIN):
        return (type(value), value)
    if isinstance(value, tuple):
        return ("tuple", *(identity(one) for one in value))
    run().kept.append(value)
    return id(value)


def within(values: Iterable[object], depth: int = DEEP) -> Iterator[Opaque]:
    """The opaque values among these, and in the containers among these."""
    for value in values:
        if isinstance(value, Opaque):
            yield value
        elif depth and isinstance(value, dict):
            yield from within(value.values(), depth - 1)
        elif depth and isinstance(value, (list, tuple, set)):
            yield from within(value, depth - 1)
        elif isinstance(value, slice):
            yield from within((value.start, value.stop, value.step), 1)


def carry(value: Opaque, of: Iterable[object]) -> None:
    """Make it a result computed from these: torch adds up their tensors, and records that or does not."""
    of = list(of)
    sources = [one._tml for one in within(of) if one._tml.tensor is not None]
    if not sources:
        return
    total: Any = 0
    for one in sources:
        assert one.tensor is not None
        total = one.tensor.sum() + total if one.tensor.dim() else one.tensor + total
    value._tml.tensor = total
    value._tml.maybe = torch.is_grad_enabled() and any(_may_have_graph(one._tml) for one in within(of))
    value._tml.sources = frozenset[Any]().union(*(one.sources for one in sources))


def _may_have_graph(inside: Inside) -> bool:
    return inside.maybe or (inside.tensor is None and inside.module is None and not inside.origin)


def _binary(name: str) -> Callable[[Opaque, object], Opaque]:
    return lambda self, other: derived(name, self, other)


def _reflected(name: str) -> Callable[[Opaque, object], Opaque]:
    return lambda self, other: derived(name, other, self)


def _unary(name: str) -> Callable[[Opaque], Opaque]:
    return lambda self: derived(name, self)


_BINARY = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and or xor"
for _name in _BINARY.split():
    setattr(Opaque, f"__{_name}__", _binary(_name))
    setattr(Opaque, f"__r{_name}__", _reflected(_name))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Opaque, f"__{_name}__", _binary(_name))
for _name in ("neg", "pos", "abs", "invert", "round", "trunc", "floor", "ceil"):
    setattr(Opaque, f"__{_name}__", _unary(_name))
