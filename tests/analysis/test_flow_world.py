"""The state between two statements: modes of wholes and parts, and what is left where paths meet."""

from __future__ import annotations

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torchmodlint.analysis.flow.things import (
    EVAL,
    GIVEN,
    NEW,
    NOTHING,
    OFF,
    ON,
    TRAIN,
    UNKNOWN,
    Computed,
    Const,
    Each,
    Grad,
    Load,
    Manager,
    Method,
    Setting,
    Several,
    Some,
    Thing,
    Value,
    either,
    mixed,
    things_in,
)
from torchmodlint.analysis.flow.world import World, join, merge

EVAL_MODE = frozenset({Setting(EVAL, cst.Name("here"))})
TRAIN_MODE = frozenset({Setting(TRAIN, cst.Name("there"))})
NEW_MODE = frozenset({Setting(NEW)})


def test_a_thing_is_in_the_mode_it_started_with() -> None:
    world = World()
    assert world.mode(Thing(NEW)) == NEW_MODE
    assert world.mode(Thing()) == frozenset({Setting(GIVEN)})


def test_a_part_is_in_the_mode_of_its_whole() -> None:
    world = World()
    whole = Thing()
    part = Thing(parent=Thing(parent=whole))
    world.set_mode(whole, EVAL_MODE)
    assert world.mode(part) == EVAL_MODE


def test_a_part_can_be_set_apart_and_the_whole_takes_it_back() -> None:
    world = World()
    whole = Thing()
    part, other = Thing(parent=whole), Thing(parent=whole)
    world.set_mode(part, TRAIN_MODE)
    assert (world.mode(part), world.mode(other)) == (TRAIN_MODE, world.mode(whole))
    world.set_mode(whole, EVAL_MODE)
    assert world.mode(part) == EVAL_MODE


def test_what_stands_for_every_element_sets_the_whole() -> None:
    world = World()
    models = Thing()
    world.set_mode(Thing(parent=models, whole=True), EVAL_MODE)
    assert world.mode(Thing(parent=models)) == EVAL_MODE


def test_attributes_assigned_in_sight_are_below() -> None:
    world = World()
    owner, held, inner = Thing(), Thing(NEW), Thing(NEW)
    world.hold(owner, "net", Several((Some((held,)), NOTHING)))
    world.hold(held, "body", Some((inner,)))
    assert world.below(owner) == {held, inner}
    world.set_mode(owner, EVAL_MODE)
    assert world.mode(inner) == EVAL_MODE


def test_what_a_thing_was_built_around_is_below() -> None:
    world = World()
    inner = Thing(NEW)
    outer = Thing(NEW, holds=(inner,))
    world.set_mode(outer, EVAL_MODE)
    assert world.mode(inner) == EVAL_MODE


def test_what_a_thing_was_built_around_may_be_set_by_itself() -> None:
    world = World()
    inner = Thing(NEW)
    outer = Thing(NEW, holds=(inner,))
    world.set_mode(outer, EVAL_MODE)
    assert world.mode_in_use(outer) == EVAL_MODE
    world.set_mode(inner, frozenset({Setting(UNKNOWN)}))
    assert world.mode_in_use(outer) == EVAL_MODE
    world.set_mode(inner, frozenset({Setting(TRAIN)}))
    assert {one.kind for one in world.mode_in_use(outer)} == {"eval", "unknown"}


def test_things_that_hold_each_other() -> None:
    world = World()
    one, two = Thing(), Thing()
    world.hold(one, "two", Some((two,)))
    world.hold(two, "one", Some((one,)))
    world.set_mode(one, EVAL_MODE)
    assert world.below(one) == {two}
    assert world.mode(two) == EVAL_MODE


def test_the_self_of_a_class_gives_its_attributes_no_mode() -> None:
    """A trainer has no mode; what it holds has."""
    world = World()
    me = Thing(owner=True)
    world.set_mode(me, EVAL_MODE)
    assert world.mode(Thing(NEW, parent=me)) == NEW_MODE


def test_copies_do_not_share() -> None:
    world, thing = World(), Thing()
    copy = world.copy()
    copy.set_mode(thing, EVAL_MODE)
    copy.hold(thing, "x", NOTHING)
    copy.load(thing, Load(cst.Name("load")))
    copy.frozen |= {thing}
    assert (world.modes, world.heap, world.loads, world.frozen) == ({}, {}, {}, frozenset())


def test_join_keeps_what_each_path_left() -> None:
    thing, untouched = Thing(NEW), Thing(NEW)
    one, two = World(), World()
    one.set_mode(thing, EVAL_MODE)
    one.grads, two.grads = frozenset({Grad(OFF)}), frozenset({Grad(ON)})
    one.load(thing, Load(cst.Name("load")))
    joined = join([one, two])
    assert joined.mode(thing) == EVAL_MODE | NEW_MODE
    assert joined.mode(untouched) == NEW_MODE
    assert joined.grads == {Grad(OFF), Grad(ON)}
    assert joined.loaded(thing) == one.loads[thing]


@given(st.lists(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([NEW, EVAL, TRAIN])), max_size=4), min_size=2))
def test_join_of_modes(paths: list[list[tuple[int, str]]]) -> None:
    """Whatever each path sets, a thing is afterwards in any of the modes that it is in at the end of one of them."""
    whole = Thing(NEW)
    things = [
        whole,
        Thing(parent=whole),
        Thing(GIVEN),
        Thing(NEW),
        Thing(parent=whole, whole=True),
        Thing(holds=(whole,)),
    ]
    start = World()
    start.set_mode(things[3], EVAL_MODE)
    worlds = [start.copy() for _ in paths]
    for at, (world, settings) in enumerate(zip(worlds, paths, strict=True)):
        for number, kind in settings:
            world.set_mode(things[number], frozenset({Setting(kind, at=at)}))
    joined = join(worlds)
    for thing in things:
        told = [setting for world in worlds for setting in world.mode(thing)]
        assert joined.mode(thing) == set(told)
        for setting in joined.mode(thing):  # of equal ones that of the first path is kept
            assert setting.at == next(one.at for one in told if one == setting)


def test_join_shares_what_no_path_changed() -> None:
    world, thing = World(), Thing()
    world.hold(thing, "x", NOTHING)
    world.set_mode(thing, EVAL_MODE)
    joined = join([world.copy(), world.copy()])
    assert joined.heap is world.heap
    assert joined.modes is world.modes


def test_join_of_one_is_a_copy() -> None:
    world = World()
    joined = join([world])
    assert joined is not world
    assert joined.modes == world.modes


def test_join_of_none() -> None:
    with pytest.raises(IndexError):
        join([])


def test_merge_of_names() -> None:
    one, two = Some((Thing(),)), Some((Thing(),))
    merged = merge([{"a": one, "b": one}, {"a": two, "c": two}])
    assert merged == {"a": Some((*one.things, *two.things)), "b": one, "c": two}


def test_merge_changes_none_of_the_tables() -> None:
    one, two = Some((Thing(),)), Some((Thing(),))
    tables = [{"a": one}, {"a": two}, {"b": one}]
    assert merge(tables) == {"a": Some((*one.things, *two.things)), "b": one}
    assert tables == [{"a": one}, {"a": two}, {"b": one}]
    assert merge([tables[0], dict(tables[0]), {}]) is tables[0]


A, B = Some((Thing(),)), Some((Thing(),))
BOTH = Some((*A.things, *B.things))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([A, A], A),
        ([A, B], BOTH),
        ([A, Const(None)], A),
        ([A, NOTHING], A),
        ([Const(1), Const(1)], Const(1)),
        ([Several((A, NOTHING)), Several((B, NOTHING))], Several((BOTH, NOTHING))),
        ([Manager(OFF), Manager(ON)], Manager("unknown")),
        ([Computed(), Computed(dummy=True)], Computed()),
    ],
)
def test_either(values: list[Value], told: Value) -> None:
    assert either(*values) == told


def test_either_of_lists_of_different_lengths() -> None:
    value = either(Several((A,)), Several((A, B)))
    assert isinstance(value, Several)
    assert not value.exact
    assert things_in(value) == BOTH.things


def test_either_of_the_same_manager() -> None:
    manager = Manager(OFF, cst.Name("here"))
    assert either(manager, manager) is manager


@pytest.mark.parametrize(
    ("value", "things"),
    [
        (NOTHING, ()),
        (A, A.things),
        (Several((A, B, A)), BOTH.things),
        (Each(Several((NOTHING, A))), A.things),
        (Method(A.things[0], "train"), A.things),
    ],
)
def test_things_in(value: Value, things: tuple[Thing, ...]) -> None:
    assert things_in(value) == things


def test_mixed_is_made_up_only_where_all_of_it_is() -> None:
    made_up = Computed(dummy=True)
    assert mixed(made_up, made_up).dummy
    assert mixed(made_up, Const(3)).dummy
    assert not mixed(made_up, NOTHING).dummy
    assert not mixed(made_up, A).dummy
    assert not mixed().dummy
