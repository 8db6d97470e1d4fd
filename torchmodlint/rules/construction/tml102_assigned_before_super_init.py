"""TML102: a module, Parameter, buffer or container of modules assigned to `self` before the base initialiser runs."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from torchmodlint.analysis.arguments import leaves
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.instances import Instance
from torchmodlint.analysis.machine import NO, Event, exclusive
from torchmodlint.analysis.registrations import registration
from torchmodlint.analysis.takeover import initialised_elsewhere
from torchmodlint.analysis.values import Container, Module, Nothing, Parameter, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


class AssignedBeforeSuperInit(Rule):
    """`nn.Module.__init__` makes the tables that registration needs, so nothing can be registered before it ran.

    A layer, Parameter or buffer raises `AttributeError: cannot assign module before Module.__init__() call`. A plain
    list of layers raises nothing: it is stored, and never registered. Numbers and strings may come first.
    """

    code = "TML102"
    name = "assigned-before-super-init"
    severity = Severity.ERROR
    message = (
        "`self.{attribute}` receives {thing} before `super().__init__()` has run, so it cannot be registered: "
        "move the call above it"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None or "__init__" not in cls.body.methods:
            return
        found = cls.settled(_early)
        if not found or initialised_elsewhere(cls) or "__setattr__" in cls.body.methods:
            return
        for event, thing in found:
            self._report_event(cls, event, thing)

    def _report_event(self, cls: ClassFacts, event: Event, thing: str) -> None:
        name = event.name or "…"
        self.report(event.statement, Subject(cls.dotted, event.name, "__init__"), attribute=name, thing=thing)

    examples = (
        Bad(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    self.proj = nn.Linear(width, width)  # TML102
                    super().__init__()

                def forward(self, x):
                    return self.proj(x)
            """
        ),
        Good(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    self.width = width
                    super().__init__()
                    self.proj = nn.Linear(width, width)

                def forward(self, x):
                    return self.proj(x)
            """
        ),
    )


def _early(instance: Instance) -> Sequence[tuple[Event, str]]:
    found = []
    events = instance.own("bind", "register", "init")
    for at, event in enumerate(events):
        if event.kind == "init" or event.initialised != NO:
            continue
        later = [one for one in events[at:] if one.kind == "init" and one.how != "unbound"]
        if not any(not exclusive(event, one) for one in later):
            continue  # no initialiser at all is TML101
        thing = _thing(event)
        if thing:
            found.append((event, thing))
    return found


def _thing(event: Event) -> str:
    """What is assigned, in words; "" when it is not surely something to register."""
    thing = registration(event)
    if thing:
        return thing
    options = [one for one in possible(event.value) if not isinstance(one, Nothing)]
    if options and all(isinstance(one, Container) for one in options):
        items = list(leaves(event.value))
        if items and all(isinstance(one, Module | Parameter) and not one.given for one in items):
            return "a container of modules"
    return ""
