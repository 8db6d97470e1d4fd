"""What an expression is, as far as a reader of the source can tell.

A value stands for one object that a method creates or receives. Identity matters: a layer that is put in a list
*and* registered under another name is one `Module` value, so that marking it registered is seen from both places.
`UNKNOWN` means that the source does not decide, and every rule stays quiet about it.

Whoever asks often gives isinstance() a tuple of these classes: a union is made anew each time, in as much time again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst

from torchmodlint.analysis.project import Ref


class Value:
    """Something an expression evaluates to. Equality is identity."""

    __slots__ = ()


@dataclass(eq=False, slots=True)
class Opaque(Value):
    """Not known. `holds` are the values it was made from: it may keep (and so register) them.

    `foreign` says that it is an instance of a class that surely is no nn.Module; `member` that it is the attribute
    of that name of an instance of that class, which was not looked into.
    """

    holds: tuple[Value, ...] = ()
    foreign: bool = False
    member: tuple[Ref, str] | None = None


UNKNOWN = Opaque()
DEPTH = 6  # elements of elements of ...: deeper nesting decides nothing
WIDTH = 200  # different things that one name may mean


@dataclass(eq=False, slots=True)
class Nothing(Value):
    """`None`."""


@dataclass(eq=False, slots=True)
class Plain(Value):
    """Neither tensor nor module nor container of them: a number, a string, a boolean, a size.

    `flag` says that it is true or false, whichever.
    """

    literal: object = None
    flag: bool = False


@dataclass(eq=False, slots=True)
class Argument(Value):
    """A parameter of the function under evaluation that nothing more is known of.

    `flag`: only that it is a boolean; `foreign`: only that its class is no nn.Module; `number`: only that it is one
    by default.
    """

    name: str
    flag: bool = False
    foreign: bool = False
    number: bool = False


@dataclass(eq=False, slots=True)
class Reference(Value):
    """A class, function or module by name; `bound` are arguments given through functools.partial."""

    ref: Ref


@dataclass(eq=False, slots=True)
class Closure(Value):
    """A function or lambda defined inside the code under evaluation, with the names it sees."""

    node: cst.FunctionDef | cst.Lambda
    env: dict[str, Value]


@dataclass(eq=False, slots=True)
class SelfValue(Value):
    """The instance under construction."""


@dataclass(eq=False, slots=True)
class Module(Value):
    """An nn.Module instance. `cls` is None when only an annotation or the way it is used says that it is a module.

    `items` are the modules and parameters that it holds as far as the call that built it tells; `container` is one
    of the words of `known.Known.container`. `given` says that it came in as an argument and was not built here.
    """

    cls: Ref | None
    node: cst.CSTNode | None = None
    items: list[Value] = field(default_factory=list)
    container: str = ""
    registered: bool = False
    given: bool = False


@dataclass(eq=False, slots=True)
class Parameter(Value):
    """An nn.Parameter (or nn.Buffer, `buffer`). `scalar` is that of `Tensor`."""

    node: cst.CSTNode | None = None
    registered: bool = False
    given: bool = False
    buffer: bool = False
    scalar: bool | None = None


@dataclass(eq=False, slots=True)
class Tensor(Value):
    """A tensor that is no Parameter.

    `grad`: made with requires_grad; `later` says that this was asked for by another method than the constructor, or
    of what may have had it before. `scalar`: zero dimensions (True), at least one (False), not known (None). `origin`
    is the Parameter it was computed from, `lost` the method or operator that made it a plain tensor. `fresh`: made by
    a factory, of whatever size and scale, and not from the result of code out of sight.
    """

    grad: bool = False
    scalar: bool | None = None
    lost: str | None = None
    origin: Parameter | None = None
    fresh: bool = False
    empty: bool = False
    registered: bool = False
    given: bool = False
    later: bool = False

    def wants_training(self) -> bool:
        """Does it require grad for good? What is `later` is, or may be, a step of a computation."""
        return self.grad and not self.later


@dataclass(eq=False, slots=True)
class Container(Value):
    """A plain list, tuple, dict, set or iterator (`kind`) that holds `items`, in no order that can be relied on."""

    kind: str
    items: list[Value] = field(default_factory=list)
    node: cst.CSTNode | None = None
    values: list[Value] | None = None  # a tuple or list literal of known length, for unpacking


@dataclass(eq=False, slots=True)
class Each(Value):
    """Any one element of a container, also one that is added later."""

    of: Value


@dataclass(eq=False, slots=True)
class Either(Value):
    """One of several values, depending on the path taken."""

    options: tuple[Value, ...]


_MANY = frozenset({Either, Each})


def either(*values: Value) -> Value:
    """The join of values: the value itself when there is one, else an `Either` without repetitions."""
    if len(values) == 1:
        return values[0]
    told: dict[int, Value] = {}  # by identity
    for value in values:
        for option in value.options if isinstance(value, Either) else (value,):
            told[id(option)] = option
    flat = tuple(told.values())
    if len(flat) > 24:  # a join this wide decides nothing any more
        return Opaque(flat)
    return flat[0] if len(flat) == 1 else Either(flat)


def possible(value: Value) -> Sequence[Value]:
    """The single values that `value` may be: alternatives and elements unfolded, each once.

    Containers may hold themselves, as after `x += x`: every value is unfolded once for each depth of elements.
    """
    if type(value) not in _MANY:
        return (value,)
    found: list[Value] = []
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[Value, int]] = [(value, 0)]
    while stack:
        one, depth = stack.pop()  # `depth` is how often an element of it is meant
        if (id(one), depth) in seen:
            continue
        seen.add((id(one), depth))
        if isinstance(one, Either):
            stack.extend((option, depth) for option in reversed(one.options))
        elif isinstance(one, Each):
            stack.append((one.of, depth + 1) if depth < DEPTH else (UNKNOWN, 0))
        elif not depth:
            found.append(one)
        elif isinstance(one, Container) or (isinstance(one, Module) and one.container):
            stack.extend((item, depth - 1) for item in reversed(_elements(one)))
        else:
            stack.append((UNKNOWN, 0))
        if len(found) > WIDTH:
            return (*found, UNKNOWN)
    return found


def of_each(value: Value, work: Callable[[Value], Value]) -> Value:
    """The join of what `work` gives for every single value that `value` may be."""
    if type(value) not in _MANY:
        return work(value)
    return either(*(work(one) for one in possible(value)))


def _elements(box: Container | Module) -> Sequence[Value]:
    """What may stand in a container. Whatever an nn.ModuleList or nn.Sequential holds is a module."""
    if isinstance(box, Container) or box.container.startswith("parameters"):
        return box.items or [UNKNOWN]
    return [Module(None, given=True) if isinstance(one, (Opaque, Argument)) else one for one in box.items or [UNKNOWN]]


def held(value: Value) -> Iterator[Value]:
    """`value` and everything it holds, each once: what becomes registered together with it."""
    seen: set[int] = set()
    stack = [value]
    while stack:
        for one in possible(stack.pop()):
            if id(one) in seen:
                continue
            seen.add(id(one))
            yield one
            if isinstance(one, (Container, Module)):
                stack.extend(one.items)
            elif isinstance(one, Opaque):
                stack.extend(one.holds)


def empty(value: Value) -> bool:
    """Is it an unknown that keeps nothing?"""
    return isinstance(value, Opaque) and not value.holds


def known_as(value: Value, told: Value) -> Value:
    """`told` in the place of a value that was not known, which may keep other values all the same."""
    kept = [one for option in possible(value) if isinstance(option, Opaque) for one in option.holds]
    options = possible(told)
    if kept and not all(isinstance(one, Module) for one in options):
        return value
    for one in options:
        if isinstance(one, Module):
            one.items += kept
    return told


def register(value: Value) -> None:
    """Note that `value`, and all it may hold, is registered on a module."""
    for one in held(value):
        if isinstance(one, (Module, Parameter, Tensor)):
            one.registered = True
