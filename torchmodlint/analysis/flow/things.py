"""What flows through a function: objects that may be models, and results of calling them.

A `Thing` is one object with identity: the mode that one name gives it is seen through every other. Everything computed
by calling things is a `Computed` that remembers which calls it came from: a `backward()` on it tells training steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import libcst as cst

from torchmodlint.analysis.project import Ref

NEW, GIVEN, TRAIN, EVAL, UNKNOWN = "new", "given", "train", "eval", "unknown"
WIDTH = 8  # items of a list of unknown length that are told apart
ON, OFF, CALLER = "on", "off", "caller"
Round = tuple[cst.CSTNode, int, int]
Guard = tuple[cst.BaseExpression, bool]  # the test of an `if`, and whether it held


# Nothing but a Thing and a Use changes, yet none is `frozen`: that takes three times as long to make.
@dataclass(unsafe_hash=True, slots=True)
class Setting:
    """How a model got its mode. `site` is the place in the linted file, None for what was so from the start.

    `kind`: NEW (just built, hence in training mode), TRAIN, EVAL, GIVEN (as the caller left it), UNKNOWN.
    """

    kind: str
    site: cst.CSTNode | None = None
    function: cst.FunctionDef | None = None  # in which it happened
    chain: tuple[cst.CSTNode, ...] = ()  # the calls of helpers that led there
    guards: tuple[Guard, ...] = ()  # the conditions under which it happened
    at: int = field(default=0, compare=False)  # in the order of happening
    doubt: bool = False  # a method out of sight has been called since, which is not likely to change it


@dataclass(unsafe_hash=True, slots=True)
class Grad:
    """Whether gradients are recorded: ON, OFF, CALLER (as the caller has it), UNKNOWN; `site` is what says so."""

    kind: str
    site: cst.CSTNode | None = None
    at: int = field(default=0, compare=False)


@dataclass(unsafe_hash=True, slots=True)
class Load:
    """Weights put into a model."""

    site: cst.CSTNode | None
    at: int = field(default=0, compare=False)


@dataclass(eq=False, slots=True)
class Thing:
    """One object. `parent` is whose attribute or element it is when nothing in sight assigned it.

    `whole` stands for every element of `parent`, as the target of a loop over it does; `part` for some of its
    submodules or parameters. `start` is the mode before anything in sight happens, for a thing without parent.
    `holds` are the things that the unknown call that made it was given.
    """

    start: str = GIVEN
    made: cst.CSTNode | None = None
    ref: Ref | None = None
    parent: Thing | None = None
    whole: bool = False
    part: bool = False
    holds: tuple[Thing, ...] = ()
    owner: bool = False  # the `self` of a class under evaluation
    _first: frozenset[Setting] = frozenset()

    @property
    def first(self) -> frozenset[Setting]:
        """The mode before anything in sight happens."""
        self._first = self._first or frozenset({Setting(self.start, self.made)})
        return self._first


@dataclass(eq=False, slots=True)
class Use:
    """One call of a model, as one path through the code makes it.

    `rounds` are the loops around it, each with the round it was in and how many helpers deep it stands; `chain` the
    calls of helpers that led to it. `backward` is where a gradient of its result was asked for; `fed` says that its
    result, detached or not, went into something else that was trained; `unsure` that a `backward()` whose graph is not
    known may be meant for it; `passed` that its result alone was given to another thing, as features are to a head.
    """

    node: cst.Call
    site: cst.CSTNode
    things: tuple[Thing, ...]
    settings: frozenset[Setting]
    grads: frozenset[Grad]
    loads: frozenset[Load]
    rounds: tuple[Round, ...]
    chain: tuple[cst.CSTNode, ...]
    functions: tuple[cst.FunctionDef, ...]  # the one it stands in last
    direct: bool = True  # a call of the model itself, not of one of its methods
    dummy: bool = False
    unused: bool = False  # nothing is done with the result
    dropped: bool = False  # and nothing holds it until the next round
    frozen: bool = False
    backward: cst.CSTNode | None = None
    fed: bool = False
    passed: bool = False
    unsure: bool = False
    escapes: bool = False
    returned: bool = False  # by the entry point itself, which is all that is known of where it goes
    at: int = 0  # in the order of happening
    rescue: bool = False  # in an `except`: what was tried before has failed
    maker: bool = False  # its result is a model itself: what was called is a class or function that makes models
    guards: tuple[Guard, ...] = ()  # the conditions under which it is reached
    loud: bool = False  # its result is used as only one without a graph can be

    @property
    def trained(self) -> bool:
        return self.backward is not None or self.fed or self.unsure


class Value:
    """What an expression gives. Equality is identity where nothing else is said."""

    __slots__ = ()


@dataclass(unsafe_hash=True, slots=True)
class Some(Value):
    """One thing; or one of several, depending on the path; or, with `every`, each of them, one after the other."""

    things: tuple[Thing, ...]
    every: bool = False


@dataclass(unsafe_hash=True, slots=True)
class Computed(Value):
    """Anything else. `live` are the calls whose graph it carries, `dead` those it was computed from without one.

    `dummy`: made from constants and random numbers only.
    """

    live: frozenset[Use] = frozenset()
    dead: frozenset[Use] = frozenset()
    dummy: bool = False

    @property
    def uses(self) -> frozenset[Use]:
        return self.live | self.dead

    def detached(self) -> Computed:
        return Computed(frozenset(), self.uses, self.dummy)


NOTHING = Computed()


@dataclass(unsafe_hash=True, slots=True)
class Const(Value):
    """A constant that a condition may be about."""

    value: object


@dataclass(unsafe_hash=True, slots=True)
class Named(Value):
    """A class, function or module by name."""

    ref: Ref


@dataclass(unsafe_hash=True, slots=True)
class Function(Value):
    """A function or lambda defined in the code under evaluation, and the names it sees."""

    node: cst.FunctionDef | cst.Lambda
    env: dict[str, Value] = field(compare=False)
    home: cst.FunctionDef | None = None  # the function in which it is defined


@dataclass(unsafe_hash=True, slots=True)
class Method(Value):
    """A bound method of a thing, not called yet."""

    thing: Thing
    name: str


@dataclass(unsafe_hash=True, slots=True)
class Flag(Value):
    """What `thing.training` was when it was read, of each of the things: the settings by which it was so."""

    things: tuple[Thing, ...]
    before: tuple[frozenset[Setting], ...] = ()


@dataclass(unsafe_hash=True, slots=True)
class Several(Value):
    """A tuple or list written out, or grown in sight; `exact` when its length and order are known."""

    items: tuple[Value, ...]
    exact: bool = True


@dataclass(unsafe_hash=True, slots=True)
class Each(Value):
    """Something whose iteration gives `item`."""

    item: Value


@dataclass(unsafe_hash=True, slots=True)
class Manager(Value):
    """A context manager that sets gradients to `kind`, or leaves them as they are for None.

    `before`: what `set_grad_enabled` has already replaced, and a with-block brings back.
    """

    kind: str | None
    site: cst.CSTNode | None = None
    before: frozenset[Grad] | None = None


def things_in(*values: Value) -> tuple[Thing, ...]:
    """The things that a value is or holds, each once, in order."""
    found: dict[Thing, None] = {}
    for value in values:
        if isinstance(value, Some):
            found.update(dict.fromkeys(value.things))
        elif isinstance(value, Several):
            found.update(dict.fromkeys(things_in(*value.items)))
        elif isinstance(value, Each):
            found.update(dict.fromkeys(things_in(value.item)))
        elif isinstance(value, Method):
            found[value.thing] = None
    return tuple(found)


def functions_in(*values: Value) -> Iterator[Function]:
    """The inner functions that a value is or holds."""
    for value in values:
        if isinstance(value, Function):
            yield value
        elif isinstance(value, Several):
            yield from functions_in(*value.items)


def mixed(*values: Value) -> Computed:
    """What is computed from all of these."""
    found: dict[int, Computed] = {}
    for value in values:
        _gather(value, found)
    if len(found) < 2:
        return next(iter(found.values()), NOTHING)
    live = frozenset[Use]().union(*(part.live for part in found.values()))
    dead = frozenset[Use]().union(*(part.dead for part in found.values())) - live
    return Computed(live, dead, all(part.dummy for part in found.values()))


def _gather(value: Value, found: dict[int, Computed]) -> None:
    if isinstance(value, Computed):
        found[id(value)] = value
    elif isinstance(value, Several):
        for item in value.items:
            _gather(item, found)
    elif isinstance(value, Each):
        _gather(value.item, found)
    elif isinstance(value, (Some, Method, Function)):
        found[id(NOTHING)] = NOTHING


def some_of(*items: Value) -> Several:
    """A list that holds these in an order and a number that are not known; a long one is not kept apart by item."""
    unique = tuple(dict.fromkeys(items))
    return Several(unique if len(unique) <= WIDTH else (either(*unique),), False)


def either(*values: Value) -> Value:
    """What a name means where several paths meet."""
    if values.count(values[0]) == len(values):
        return values[0]
    told = [value for value in values if not isinstance(value, Const)]  # None on one path, a model on the other
    things = [value for value in told if isinstance(value, Some)]
    if things and all(isinstance(value, Some) or value == NOTHING for value in told):
        return Some(tuple(dict.fromkeys(thing for value in things for thing in value.things)))
    if all(isinstance(value, Several) for value in values):
        many = [value for value in values if isinstance(value, Several)]
        if len({len(value.items) for value in many}) == 1:
            items = tuple(either(*column) for column in zip(*(value.items for value in many), strict=True))
            return Several(items, all(value.exact for value in many))
        return some_of(*(item for value in many for item in value.items))
    if any(isinstance(value, Manager) for value in values):
        return Manager(UNKNOWN)
    if not things and any(isinstance(value, (Function, Named)) for value in told):
        return next(value for value in told if isinstance(value, (Function, Named)))
    return replace(mixed(*values), dummy=False)
