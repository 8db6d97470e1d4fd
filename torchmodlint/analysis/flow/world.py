"""The state between two statements: what attributes hold, modes of models, whether gradients are recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from torchmodlint.analysis.flow.things import (
    CALLER,
    EVAL,
    TRAIN,
    UNKNOWN,
    Grad,
    Load,
    Setting,
    Thing,
    Value,
    either,
    things_in,
)

Settings = frozenset[Setting]
K = TypeVar("K")


@dataclass(eq=False, slots=True)
class World:
    """Where paths meet, modes and gradients are the sets of what each path left.

    Worlds are copied far more often than changed: a table is never changed in place, so that copies may share it.
    """

    heap: Mapping[tuple[Thing, str], Value] = field(default_factory=dict)
    modes: Mapping[Thing, Settings] = field(default_factory=dict)
    joint: Mapping[tuple[Thing, ...], Settings] = field(default_factory=dict)  # of "one of these", set by that name
    loads: Mapping[Thing, frozenset[Load]] = field(default_factory=dict)
    frozen: frozenset[Thing] = frozenset()
    grads: frozenset[Grad] = frozenset({Grad(CALLER)})

    def copy(self) -> World:
        return World(self.heap, self.modes, self.joint, self.loads, self.frozen, self.grads)

    def hold(self, thing: Thing, name: str, value: Value) -> None:
        """An attribute or element of a thing is assigned."""
        self.heap = {**self.heap, (thing, name): value}

    def load(self, thing: Thing, load: Load) -> None:
        self.loads = {**self.loads, thing: frozenset({load})}

    def mode(self, thing: Thing) -> Settings:
        """Every mode the thing may be in: its own, else what it has from what it is a part of."""
        one: Thing | None = thing
        while one is not None:
            if one in self.modes:
                return self.modes[one]
            if one.parent is None or one.parent.owner:
                return one.first
            one = one.parent
        raise AssertionError("unreachable")

    def mode_in_use(self, thing: Thing) -> Settings:
        """The same for a call: a part, or what it was built around, may have been set by itself."""
        settings = self.mode(thing)
        parts = [self.modes[one] for one in self.parts(thing)]
        kinds = {one.kind for one in settings}
        held = [{setting.kind for setting in self.modes[one]} for one in thing.holds if one in self.modes]
        switched = [told for told in held if told <= {EVAL, TRAIN}]
        alike = all(part == settings for part in parts) and all(told == kinds for told in switched)
        return settings if alike else settings | {Setting(UNKNOWN)}

    def mode_of(self, things: tuple[Thing, ...]) -> Settings:
        """Every mode that what is one of these things may be in."""
        if things in self.joint:
            return self.joint[things]
        return frozenset[Setting]().union(*(self.mode_in_use(thing) for thing in things))

    def set_mode(self, thing: Thing, settings: Settings) -> None:
        """Set a thing and everything below it; `whole` stands for its parent."""
        while thing.whole and thing.parent is not None:
            thing = thing.parent
        below = self.below(thing)
        self.joint = {key: settings for key, settings in self.joint.items() if not {thing, *below}.intersection(key)}
        parts = set(self.parts(thing))
        kept = {one: known for one, known in self.modes.items() if one not in parts} if parts else self.modes
        self.modes = {**kept, **dict.fromkeys(below, settings), thing: settings}

    def below(self, thing: Thing) -> set[Thing]:
        """What the attributes of a thing hold by assignment in sight, at any depth, and what it was built around."""
        found: set[Thing] = set()
        todo = [thing]
        owners = {owner for owner, _ in self.heap}
        while todo:
            one = todo.pop()
            held = [*one.holds]
            if one in owners:
                held += [inner for (owner, _), value in self.heap.items() if owner is one for inner in things_in(value)]
            for inner in held:
                if inner is not thing and inner not in found:
                    found.add(inner)
                    todo.append(inner)
        return found

    def parts(self, thing: Thing) -> list[Thing]:
        """The parts of a thing, at any depth, that have a mode of their own."""
        return [one for one in self.modes if one.parent is not None and _under(one, thing)]

    def loaded(self, thing: Thing) -> frozenset[Load]:
        one: Thing | None = thing
        while one is not None:
            if one in self.loads:
                return self.loads[one]
            one = one.parent
        return frozenset()

    def is_frozen(self, thing: Thing) -> bool:
        one: Thing | None = thing
        while one is not None:
            if one in self.frozen:
                return True
            one = one.parent
        return False


def _under(one: Thing, thing: Thing) -> bool:
    parent = one.parent
    while parent is not None:
        if parent is thing:
            return True
        parent = parent.parent
    return False


def join(worlds: Sequence[World]) -> World:
    """The state where several paths meet. Raises IndexError for none."""
    first = worlds[0]
    joined = first.copy()
    if any(world.heap is not first.heap for world in worlds):
        joined.heap = merge([world.heap for world in worlds])
    if any(world.modes is not first.modes for world in worlds):
        joined.modes = _join_modes(list({id(world.modes): world for world in worlds}.values()))
    if any(world.joint for world in worlds):
        keys = _keys(world.joint for world in worlds)
        joined.joint = {
            things: frozenset[Setting]().union(*(world.mode_of(things) for world in worlds)) for things in keys
        }
    if any(world.loads is not first.loads for world in worlds):
        keys_of_loads = _keys(world.loads for world in worlds)
        joined.loads = {
            thing: frozenset[Load]().union(*(world.loads.get(thing, frozenset()) for world in worlds))
            for thing in keys_of_loads
        }
    if any(world.frozen is not first.frozen for world in worlds):
        joined.frozen = frozenset[Thing]().union(*(world.frozen for world in worlds))
    if any(world.grads is not first.grads for world in worlds):
        joined.grads = frozenset[Grad]().union(*(world.grads for world in worlds))
    return joined


def _join_modes(worlds: Sequence[World]) -> Mapping[Thing, Settings]:
    """The modes that each thing may be in, one of these worlds or the other; of equal settings the first stays."""
    first, *others = (world.modes for world in worlds)
    differing = {thing for other in others for thing, _ in first.items() ^ other.items()}
    if not differing:
        return first
    modes = dict(first)
    for other in (*others, first):
        modes.update(other)
    for thing in differing:
        settings = [world.mode(thing) for world in worlds]
        alike = settings.count(settings[0]) == len(settings)
        modes[thing] = settings[0] if alike else frozenset[Setting]().union(*settings)
    return modes


def _keys(tables: Iterable[Mapping[K, object]]) -> Iterable[K]:
    """The keys of all tables, each once, in order."""
    return dict.fromkeys(key for table in tables for key in table)


def merge(tables: Sequence[Mapping[K, Value]]) -> Mapping[K, Value]:
    """Names where several paths meet; one that only some paths bind means what these say.

    It is the first table itself when the others tell nothing else.
    """
    merged, *others = tables
    for other in others:
        told: dict[K, Value] = {}
        for name, value in other.items():
            known = merged.get(name)
            if known is not value:
                told[name] = value if known is None else either(known, value)
        if told:
            merged = {**merged, **told}
    return merged
