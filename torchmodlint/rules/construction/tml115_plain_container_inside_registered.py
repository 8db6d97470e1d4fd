"""TML115: a plain list or dict inside a ModuleList, ModuleDict, ParameterList or ParameterDict."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.arguments import leaves
from torchmodlint.analysis.machine import Event
from torchmodlint.analysis.values import Parameter, Tensor
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

NAMES = {
    "list": "ModuleList",
    "dict": "ModuleDict",
    "parameters-list": "ParameterList",
    "parameters-dict": "ParameterDict",
}


class PlainContainerInsideRegistered(Rule):
    """The registering containers take modules or Parameters, not lists of them.

    `nn.ModuleList([[...]])` raises `TypeError: list is not a Module subclass`. `nn.ParameterList` and
    `nn.ParameterDict` accept anything and register only what is a tensor: a list of Parameters in them is kept, and
    none of its Parameters is trained, moved or saved.
    """

    code = "TML115"
    name = "plain-container-inside-registered"
    severity = Severity.ERROR
    message = (
        "`nn.{outer}` does not take a {kind} as an element: {cost}; "
        "wrap each inner {kind} in an `nn.{outer}` of its own"
    )
    raises = "this raises an error"
    silent = "it is stored, and nothing in it is registered"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None:
            return
        seen: set[int] = set()
        for event in cls.built.own("nested"):
            if id(event.statement) in seen or not _matters(event):
                continue
            seen.add(id(event.statement))
            cost = self.silent if event.how.startswith("parameters") else self.raises
            kind = getattr(event.value, "kind", "list")
            self.report(event.statement, Subject(cls.dotted), outer=NAMES[event.how], kind=kind, cost=cost)

    examples = (
        Bad(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.blocks = nn.ModuleList([[nn.Linear(width, width), nn.ReLU()] for _ in range(3)])  # TML115

                def forward(self, x):
                    for linear, activation in self.blocks:
                        x = activation(linear(x))
                    return x
            """
        ),
        Good(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    blocks = [nn.ModuleList([nn.Linear(width, width), nn.ReLU()]) for _ in range(3)]
                    self.blocks = nn.ModuleList(blocks)

                def forward(self, x):
                    for linear, activation in self.blocks:
                        x = activation(linear(x))
                    return x
            """
        ),
    )


def _matters(event: Event) -> bool:
    """Parameter containers may keep plain values on purpose: only what would have been registered is lost."""
    if not event.how.startswith("parameters"):
        return True
    return any(isinstance(one, Parameter | Tensor) for one in leaves(event.value))
