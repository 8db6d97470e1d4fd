"""TML110: a tensor that requires grad, kept as a plain attribute of a module."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from torchmodlint.analysis.containers import by_hand
from torchmodlint.analysis.instances import Instance
from torchmodlint.analysis.machine import Event, exclusive
from torchmodlint.analysis.values import Nothing, Parameter, Tensor, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


class UnregisteredParameter(Rule):
    """Only an `nn.Parameter` is registered by assigning it; a tensor with `requires_grad=True` is an attribute.

    `parameters()` does not give it to the optimizer, so it never learns; it is missing from `state_dict()`, and
    `.to()` leaves it where it is. Gradients are computed for it all the same, so nothing looks wrong.
    """

    code = "TML110"
    name = "unregistered-parameter"
    severity = Severity.ERROR
    message = (
        "`self.{attribute}` requires grad but is no Parameter: parameters() and state_dict() miss it, so it is never "
        "trained nor saved; wrap it in `nn.Parameter`"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None:
            return
        for event in cls.settled(_unregistered):
            self.report(event.statement, Subject(cls.dotted, event.name), attribute=event.name)

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            class Scale(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.weight = torch.ones(width, requires_grad=True)  # TML110

                def forward(self, x):
                    return x * self.weight
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            class Scale(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.weight = nn.Parameter(torch.ones(width))

                def forward(self, x):
                    return x * self.weight
            """
        ),
    )


def _unregistered(instance: Instance) -> Sequence[Event]:
    found: dict[str, Event] = {}
    told: set[Tensor] = set()  # under another name, a tensor is none of its own
    for event in instance.own("bind"):
        if event.root != "__init__" or event.name is None or event.name in found:
            continue
        options = [one for one in possible(event.value) if not isinstance(one, Nothing)]
        wanting = [one for one in options if isinstance(one, Tensor) and _is_new(one)]
        # A Parameter on one path and a tensor on the other is an option of the class, not a slip.
        if not told.issuperset(wanting) and not any(isinstance(one, Parameter) for one in options):
            found[event.name] = event
            told.update(wanting)
    for other in instance.events:
        mine = found.get(other.name or "")
        if mine is None or exclusive(other, mine):
            continue  # on another path, the name stands for something else, or for nothing
        if other.kind == "register" or (other.kind == "bind" and _is_parameter(other)):
            del found[other.name or ""]
    handled = by_hand(instance, tensors=True)
    return [event for name, event in found.items() if name not in handled]


def _is_new(tensor: Tensor) -> bool:
    """Does it require grad, and is neither registered nor what is left of a lost Parameter (TML112)?"""
    lost = tensor.origin is not None and not tensor.origin.registered
    return tensor.wants_training() and not tensor.registered and not lost


def _is_parameter(event: Event) -> bool:
    return any(isinstance(one, Parameter) for one in possible(event.value))
