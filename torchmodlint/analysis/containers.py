"""What plain containers on an instance keep from being registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torchmodlint.analysis.arguments import leaves
from torchmodlint.analysis.instances import Instance
from torchmodlint.analysis.machine import Event
from torchmodlint.analysis.state import own_contents
from torchmodlint.analysis.trees import Trees
from torchmodlint.analysis.usage import self_attributes
from torchmodlint.analysis.values import Container, Module, Nothing, Parameter, Tensor, Value, held, possible

# A class that takes one of these over by hand and names the attribute in it knows that the container is plain.
BY_HAND = frozenset(
    {"to", "cuda", "cpu", "_apply", "parameters", "named_parameters", "modules", "named_modules", "children"}
    | {"named_children", "state_dict", "load_state_dict", "train", "eval", "__setattr__"}
)
MODES = frozenset({"train", "eval"})  # tensors have none


@dataclass(frozen=True)
class Loss:
    """A plain container under `name`, the event by which it, or its content, enters, and what nobody registers."""

    name: str
    event: Event
    box: Container
    items: tuple[Value, ...]


def losses(instance: Instance, is_lost: Callable[[Value], bool]) -> list[Loss]:
    """One loss for each attribute of the class that holds something lost in a plain container."""
    found: dict[str, Loss] = {}
    gone = {event.name for event in instance.events if event.kind == "delete"} | by_hand(instance)
    for event in instance.own("bind", "grow"):
        name = event.name or ""
        if name in found or name in gone:
            continue
        bound = event.value if event.kind == "bind" else instance.value(name)
        boxes = list(_plain_boxes(bound)) if bound is not None else []
        if not boxes:
            continue
        inside = [event.value] if event.kind == "grow" else boxes
        items = tuple(one for box in inside for one in leaves(box) if is_lost(one) and _lasting(one, event))
        if items:
            found[name] = Loss(name, event, boxes[0], items)
    return list(found.values())


def _lasting(value: Value, event: Event) -> bool:
    """Was it made to stay? A tensor that requires grad, made outside the constructor, is a step of a computation."""
    return not isinstance(value, Tensor) or event.root == "__init__"


def _plain_boxes(value: Value) -> Iterator[Container]:
    """The containers that `value` may be; none when on some path it is something else."""
    options = [one for one in possible(value) if not isinstance(one, Nothing)]
    if options and all(isinstance(one, Container) and one.kind != "generator" for one in options):
        yield from (one for one in options if isinstance(one, Container))


def by_hand(instance: Instance, tensors: bool = False) -> set[str | None]:
    """The attributes that the class itself moves, saves, or gives to an optimizer. Only modules have a mode to set."""
    return {
        read.name
        for name, (_, method) in instance.methods.items()
        if name in BY_HAND and not (tensors and name in MODES)
        for read in self_attributes(method)
    }


def lost_module(trees: Trees, value: Value) -> bool:
    """A module with state that nobody registers. One that came in as an argument may belong to somebody else."""
    if not isinstance(value, Module) or value.registered or value.given:
        return False
    return any(lost_parameter(one) or _loses_own(trees, one) for one in held(value))


def _loses_own(trees: Trees, value: Value) -> bool:
    """Has a module that nobody registers state beside that of the modules it was given?"""
    if not isinstance(value, Module) or value.registered or value.given:
        return False
    return bool(own_contents(trees, value) & frozenset("pbm"))


def lost_parameter(value: Value) -> bool:
    if isinstance(value, Parameter):
        return not value.registered and not value.given and not value.buffer
    return isinstance(value, Tensor) and value.wants_training() and not value.registered
