"""TML112: a Parameter or Buffer that a method or operator turns into a plain tensor before it is assigned."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from torchmodlint.analysis.containers import by_hand
from torchmodlint.analysis.instances import Instance
from torchmodlint.analysis.machine import Event, exclusive
from torchmodlint.analysis.values import Parameter, Tensor, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

# Ways to a tensor that is meant to be fixed, where another path of the constructor learns it.
DETACHING = frozenset({".detach()", ".data"})


class ParameterLost(Rule):
    """`nn.Parameter(t).cuda()` is not a Parameter any more, but the result of an operation on one.

    Assigning it to `self` registers nothing: the Parameter that was made is thrown away, and `parameters()` and
    `state_dict()` miss it. `.to(device)` gives the same Parameter back where nothing has to be changed, so the code
    works on the CPU and stops training on the GPU. `requires_grad_()` and `share_memory_()` are harmless.
    """

    code = "TML112"
    name = "parameter-lost"
    severity = Severity.ERROR
    message = (
        "`{how}` on a new {kind} gives a plain tensor, so `self.{attribute}` is not registered and never {lost}: "
        "move it inside the `nn.{kind}(...)`"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None:
            return
        for event, tensor in cls.settled(_lost):
            buffer = tensor.origin is not None and tensor.origin.buffer
            words = (
                {"kind": "Buffer", "lost": "moved nor saved"} if buffer else {"kind": "Parameter", "lost": "trained"}
            )
            self.report(
                event.statement, Subject(cls.dotted, event.name), attribute=event.name, how=tensor.lost, **words
            )

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            class Scale(nn.Module):
                def __init__(self, width, device):
                    super().__init__()
                    self.weight = nn.Parameter(torch.ones(width)).to(device)  # TML112

                def forward(self, x):
                    return x * self.weight
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            class Scale(nn.Module):
                def __init__(self, width, device):
                    super().__init__()
                    self.weight = nn.Parameter(torch.ones(width, device=device))

                def forward(self, x):
                    return x * self.weight
            """
        ),
    )


def _lost(instance: Instance) -> Sequence[tuple[Event, Tensor]]:
    found: dict[str, tuple[Event, Tensor]] = {}
    for event in instance.own("bind"):
        for one in possible(event.value):
            if isinstance(one, Tensor) and _is_lost(one) and event.name and event.name not in found:
                found[event.name] = (event, one)
    for other in instance.events:
        if other.name in found and any(isinstance(one, Parameter) for one in possible(other.value)):
            loss, tensor = found[other.name]
            if tensor.lost in DETACHING or not exclusive(other, loss):
                del found[other.name]
    handled = by_hand(instance, tensors=True)
    return [one for name, one in found.items() if name not in handled]


def _is_lost(tensor: Tensor) -> bool:
    """Was the Parameter made here, and kept nowhere else?"""
    origin = tensor.origin
    return origin is not None and not origin.registered and not origin.given and not tensor.registered
