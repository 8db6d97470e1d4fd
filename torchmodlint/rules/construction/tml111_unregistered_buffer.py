"""TML111: a constant tensor kept as a plain attribute, and computed with in forward."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from torchmodlint.analysis.containers import by_hand
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.instances import Instance, evaluate_class
from torchmodlint.analysis.machine import NO, Event, declines, exclusive
from torchmodlint.analysis.tensor_reads import TensorUses, Use
from torchmodlint.analysis.usage import reached, self_attributes, stores
from torchmodlint.analysis.values import Container, Module, Nothing, Parameter, Tensor, Value, held, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

# What frameworks run instead of, or around, forward.
ENTRIES = ("forward", "__call__", "training_step", "validation_step", "test_step", "predict_step", "calculate_loss")


class UnregisteredBuffer(Rule):
    """A tensor that is no Parameter is only registered by `register_buffer`.

    As a plain attribute it stays on the CPU when the module moves to the GPU, which raises in `forward`, or it stays
    on the device and in the precision of the constructor; and `state_dict()` does not save it, so that what was
    accumulated in it is lost with a checkpoint. Numbers and 0-dimensional tensors mix with any device and are fine.
    """

    code = "TML111"
    name = "unregistered-buffer"
    severity = Severity.WARNING
    message = (
        "`self.{attribute}` is a plain tensor that `{method}` computes with: .to() does not move it and state_dict() "
        'does not save it; write `self.register_buffer("{attribute}", ...)`'
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None:
            return
        for event, method in cls.settled(lambda instance: _unregistered(instance, self._canonical)):
            if event.name not in cls.body.constants and not self._gets_parameters(cls, event):
                self.report(event.statement, Subject(cls.dotted, event.name), attribute=event.name, method=method)

    def _gets_parameters(self, cls: ClassFacts, event: Event) -> bool:
        """Is it an argument, of a class that others of the file build with Parameters, which are tensors, too?"""
        if not any(isinstance(one, Tensor) and one.given for one in possible(event.value)):
            return False
        others = (ref for ref in self.facts.project.module_classes(self.facts.source) if ref != cls.ref)
        values = (one.value for ref in others for one in evaluate_class(self.facts.trees, ref, deep=True).events)
        built = (one for value in values for one in held(value) if isinstance(one, Module) and one.cls == cls.ref)
        return any(isinstance(one, Parameter) for module in built for item in module.items for one in possible(item))

    def _canonical(self, name: str) -> str:
        """The dotted name that `name` stands for in this file, as far as it is a library's."""
        refs = self.facts.resolve(name)
        return refs[0].name if len(refs) == 1 and refs[0].source is None else name

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            class Smooth(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.kernel = torch.tensor([0.25, 0.5, 0.25])  # TML111

                def forward(self, x):
                    return (x * self.kernel).sum(-1)
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            class Smooth(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.register_buffer("kernel", torch.tensor([0.25, 0.5, 0.25]))

                def forward(self, x):
                    return (x * self.kernel).sum(-1)
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            class Select(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.columns = torch.arange(0, width, 2)  # an index may stay on the CPU
                    self.scale = torch.tensor(2.0)  # so may a tensor without dimensions

                def forward(self, x):
                    return x[:, self.columns] * self.scale
            """
        ),
    )


def _unregistered(instance: Instance, canonical: Callable[[str], str]) -> Sequence[tuple[Event, str]]:
    """The first binding of every constant tensor that forward computes with, and the method that does."""
    if instance.initialised == {NO}:
        return []  # TML101: nothing could be registered
    bound: dict[str, list[Event]] = {}
    elsewhere: dict[str | None, list[Event]] = {}
    for event in instance.events:
        if event.kind == "bind" and event.name is not None:
            bound.setdefault(event.name, []).append(event)
        elif event.kind in ("register", "delete"):
            elsewhere.setdefault(event.name, []).append(event)
    candidates = {
        name: events[0]
        for name, events in ((name, _made(events)) for name, events in bound.items())
        if events
        and all(declines(other, events[0]) for other in elsewhere.get(name, ()))
        and events[0].owner == instance.cls
        and _always_tensor(events)
    }
    if not candidates:
        return []
    handled = by_hand(instance, tensors=True)
    uses: dict[str, dict[Use, str]] = {}  # the methods that use each tensor, by the way they use it
    modules = frozenset(name for name in bound if _is_module(instance.value(name)))
    methods = {name: node for name, (_, node) in instance.methods.items()}
    entered = reached(instance.methods, ENTRIES)
    followers = {method: TensorUses(node, modules, methods, canonical) for method, (_, node) in entered.items()}
    moved = {name for follower in followers.values() for name in follower.moved_results()}
    for method, follower in followers.items():
        for read in self_attributes(follower.method):
            if read.name in candidates and not stores(read):
                use = Use.MOVED if method in moved else follower.use_of(read)
                uses.setdefault(read.name, {}).setdefault(use, method)
    return [
        (event, uses[name][Use.COMPUTED])
        for name, event in candidates.items()
        if name not in handled and Use.COMPUTED in uses.get(name, {}) and Use.MOVED not in uses[name]
    ]


def _is_module(value: Value | None) -> bool:
    """Is it surely a module, or a list or table of nothing else?"""
    if isinstance(value, Container):
        return bool(value.items) and all(map(_is_module, value.items))
    return value is not None and all(isinstance(one, Module) for one in possible(value))


def _made(events: Sequence[Event]) -> Sequence[Event]:
    """The bindings, those aside that only say, on another path than all the others, that there is nothing."""
    none = [event for event in events if isinstance(event.value, Nothing)]
    if not none:
        return events
    made = [event for event in events if not isinstance(event.value, Nothing)]
    return made if all(exclusive(one, other) for one in none for other in made) else events


def _always_tensor(events: Sequence[Event]) -> bool:
    """Is every binding a tensor with dimensions and content, made in the constructor?"""
    for event in events:
        if event.root != "__init__":
            return False  # made anew while the module is used: a cache, or state of the current input
        options = [one for one in possible(event.value) if not isinstance(one, Nothing)]
        if not options or not all(isinstance(one, Tensor) and _is_constant(one) for one in options):
            return False
    return True


def _is_constant(tensor: Tensor) -> bool:
    return (
        (tensor.scalar is False or (tensor.scalar is None and tensor.given))
        and not tensor.empty
        and not tensor.grad
        and not tensor.registered
        and tensor.origin is None
    )
