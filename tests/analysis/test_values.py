"""Values: joining, unfolding, and registering what they hold."""

from __future__ import annotations

from torchmodlint.analysis.refs import Ref
from torchmodlint.analysis.values import (
    UNKNOWN,
    WIDTH,
    Argument,
    Container,
    Each,
    Either,
    Module,
    Nothing,
    Opaque,
    Parameter,
    Plain,
    Tensor,
    Value,
    either,
    empty,
    held,
    known_as,
    possible,
    register,
)

LINEAR = Ref(None, "torch.nn.Linear")


def layer(*items: Value, container: str = "") -> Module:
    return Module(LINEAR, items=list(items), container=container)


class TestEither:
    def test_of_one_is_itself(self) -> None:
        value = layer()
        assert either(value) is value
        assert either(value, value) is value

    def test_flat_and_without_repetitions(self) -> None:
        a, b, c = layer(), layer(), Nothing()
        joined = either(either(a, b), either(b, c), a)
        assert isinstance(joined, Either)
        assert list(joined.options) == [a, b, c]

    def test_too_wide_is_unknown_but_keeps_all(self) -> None:
        layers = [layer() for _ in range(30)]
        joined = either(*layers)
        assert isinstance(joined, Opaque)
        assert list(joined.holds) == layers


class TestPossible:
    def test_single(self) -> None:
        value = Tensor()
        assert list(possible(value)) == [value]

    def test_elements(self) -> None:
        a, b = layer(), layer()
        assert list(possible(Each(Container("list", [a, b])))) == [a, b]

    def test_elements_of_elements(self) -> None:
        a, b = layer(), layer()
        rows = Container("list", [Container("tuple", [a]), Container("tuple", [b])])
        assert list(possible(Each(Each(rows)))) == [a, b]

    def test_element_of_an_alternative(self) -> None:
        a, b = layer(), layer()
        assert list(possible(Each(either(Container("list", [a]), Container("list", [b]))))) == [a, b]

    def test_added_later(self) -> None:
        box = Container("list")
        element = Each(box)
        box.items.append(added := layer())
        assert list(possible(element)) == [added]

    def test_empty_container(self) -> None:
        assert list(possible(Each(Container("list")))) == [UNKNOWN]

    def test_element_of_what_has_none(self) -> None:
        assert list(possible(Each(layer()))) == [UNKNOWN]

    def test_unknown_element_of_a_module_list_is_a_module(self) -> None:
        (one,) = possible(Each(layer(Argument("blocks"), container="list")))
        assert isinstance(one, Module)
        assert (one.cls, one.given) == (None, True)

    def test_unknown_element_of_a_parameter_list_is_unknown(self) -> None:
        argument = Argument("weights")
        assert list(possible(Each(layer(argument, container="parameters-list")))) == [argument]

    def test_container_that_holds_itself(self) -> None:
        box = Container("list", [inner := layer()])
        box.items.append(Each(box))
        assert inner in possible(Each(box))

    def test_width_is_bounded(self) -> None:
        found = list(possible(Each(Container("list", [layer() for _ in range(10 * WIDTH)]))))
        assert len(found) <= WIDTH + 2
        assert found[-1] is UNKNOWN


class TestHeld:
    def test_everything_once(self) -> None:
        inner = layer()
        outer = layer(inner, Container("list", [inner]))
        assert [one for one in held(outer) if isinstance(one, Module)] == [outer, inner]

    def test_through_what_is_unknown(self) -> None:
        inner = layer()
        assert inner in list(held(Opaque((Opaque((inner,)),))))

    def test_circle(self) -> None:
        outer = layer()
        outer.items.append(outer)
        assert list(held(outer)) == [outer]

    def test_register(self) -> None:
        weight, inner, tensor = Parameter(), layer(), Tensor()
        register(Container("list", [layer(weight), Opaque((inner,)), tensor]))
        assert (weight.registered, inner.registered, tensor.registered) == (True, True, True)

    def test_plain_values_are_left_alone(self) -> None:
        register(either(Plain(1), Nothing(), Argument("x"), UNKNOWN))


class TestKnownAs:
    def test_takes_the_place(self) -> None:
        told = layer()
        assert known_as(UNKNOWN, told) is told

    def test_keeps_what_was_held(self) -> None:
        kept, told = layer(), layer()
        register(known_as(Opaque((kept,)), told))
        assert kept.registered

    def test_container_does_not_take_the_place_of_what_holds(self) -> None:
        value = Opaque((layer(),))
        assert known_as(value, Container("list", [layer()])) is value


def test_empty() -> None:
    assert empty(UNKNOWN)
    assert empty(Opaque())
    assert not empty(Opaque((layer(),)))
    assert not empty(Argument("x"))
