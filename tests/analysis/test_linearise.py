"""The order of a class's ancestors is Python's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from torchmodlint.analysis.linearise import linearise


def test_nothing() -> None:
    assert linearise([], []) == ()


def test_diamond() -> None:
    assert linearise([("B", "A"), ("C", "A")], ("B", "C")) == ("B", "C", "A")


def test_example_of_python_docs() -> None:
    """The nine classes of "The Python 2.3 Method Resolution Order"."""
    e, d, f, o = ("E", "O"), ("D", "O"), ("F", "O"), ("O",)
    b = ("B", *linearise([e, d], ("E", "D")))
    c = ("C", *linearise([d, f], ("D", "F")))
    assert b == ("B", "E", "D", "O")
    assert linearise([b, c], ("B", "C")) == ("B", "E", "C", "D", "F", "O")
    assert linearise([o], ("O",)) == ("O",)


def test_inconsistent_hierarchy_has_every_class_once() -> None:
    assert linearise([("A", "B"), ("B", "A")], ("A", "B")) == ("A", "B")
    assert linearise([("A",), ("B", "A")], ("A", "B")) == ("A", "B")


def test_same_base_twice() -> None:
    assert linearise([("A", "O"), ("A", "O")], ("A", "A")) in (("A", "O"), ("O", "A"))


@given(st.lists(st.lists(st.integers(0, 7), max_size=3, unique=True), min_size=1, max_size=8))
def test_agrees_with_python(bases: list[list[int]]) -> None:
    """Class number n may derive from those before it."""
    classes: list[type] = []
    orders: list[tuple[int, ...]] = []
    for at, numbers in enumerate(bases):
        direct = [number for number in numbers if number < at and number < len(classes)]
        order = linearise([(number, *orders[number]) for number in direct], direct)
        assert len(set(order)) == len(order)
        try:
            made = type(f"C{at}", tuple(classes[number] for number in direct), {})
        except TypeError:  # Python refuses this hierarchy
            return
        classes.append(made)
        orders.append(order)
        assert [classes[number] for number in order] == list(made.__mro__[1:-1])
