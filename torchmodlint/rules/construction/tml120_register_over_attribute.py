"""TML120: register_buffer, register_parameter or add_module under a name that is a plain attribute already."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from torchmodlint.analysis.instances import Instance
from torchmodlint.analysis.machine import Event, exclusive
from torchmodlint.analysis.values import Container, Nothing, Plain, Tensor, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

REGISTRARS = ("register_buffer", "register_parameter", "add_module", "register_module")


class RegisterOverAttribute(Rule):
    """`register_buffer("x", ...)` refuses a name that the instance has as an attribute.

    After `self.x = torch.zeros(3)` or `self.x = None` it raises `KeyError: "attribute 'x' already exists"`, at the
    first construction. The assignment is not needed: registering sets the attribute.
    """

    code = "TML120"
    name = "register-over-attribute"
    severity = Severity.ERROR
    message = (
        "`self.{attribute}` is set as a plain attribute before, so `{how}` raises KeyError: drop the assignment, "
        "registering sets the attribute"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None or "__setattr__" in cls.body.methods or "__getattr__" in cls.body.methods:
            return
        for event in cls.settled(_clashes):
            self.report(event.node, Subject(cls.dotted, event.name), attribute=event.name, how=event.how)

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            class Norm(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.mean = torch.zeros(width)
                    self.register_buffer("mean", self.mean)  # TML120

                def forward(self, x):
                    return x - self.mean
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            class Norm(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.register_buffer("mean", torch.zeros(width))

                def forward(self, x):
                    return x - self.mean
            """
        ),
    )


def _clashes(instance: Instance) -> Sequence[Event]:
    found = []
    plain: dict[str, Event] = {}
    for event in instance.events:
        if event.name is None or event.root != "__init__":
            continue
        if event.kind == "delete":
            plain.pop(event.name, None)
        elif event.kind == "bind" and event.how != "setattr":
            if event.initialised == "yes" and all(
                isinstance(one, Plain | Nothing | Tensor | Container) for one in possible(event.value)
            ):
                plain.setdefault(event.name, event)
            else:
                plain.pop(event.name, None)
        elif event.kind == "register" and event.how in REGISTRARS:
            before = plain.pop(event.name, None)
            if before is not None and event.owner == instance.cls and not exclusive(before, event):
                found.append(event)
            plain = {name: one for name, one in plain.items() if name != event.name}
    return list({event.name: event for event in reversed(found)}.values())[::-1]
