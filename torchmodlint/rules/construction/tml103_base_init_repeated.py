"""TML103: the base initialiser runs again after something was registered, and wipes it."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from torchmodlint.analysis.instances import Instance
from torchmodlint.analysis.machine import Event, exclusive
from torchmodlint.analysis.takeover import initialised_elsewhere
from torchmodlint.analysis.values import Module, Nothing, Parameter, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


class BaseInitRepeated(Rule):
    """`nn.Module.__init__` starts with empty tables every time it runs.

    A second `super().__init__()` below the layers, or `A.__init__(self)` followed by `B.__init__(self)` where both
    are modules, forgets every parameter, buffer and submodule that was registered before. Nothing is raised until
    one of them is used, and what is used nowhere but in the optimizer is never trained.
    """

    code = "TML103"
    name = "base-init-repeated"
    severity = Severity.ERROR
    message = (
        "`nn.Module.__init__` runs a second time here and forgets what was registered before ({names}): "
        "initialise once, before anything is registered"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None or "__init__" not in cls.body.methods:
            return
        if len(cls.built.own("init")) < 2:
            return
        for event, names in _wiped(cls.whole):
            if not initialised_elsewhere(cls):
                listed = ", ".join(f"`{name}`" for name in names[:3]) + (" …" if len(names) > 3 else "")
                self.report(event.node, Subject(cls.dotted, names[0], "__init__"), names=listed)

    examples = (
        Bad(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.proj = nn.Linear(width, width)
                    nn.Module.__init__(self)  # TML103
                    self.norm = nn.LayerNorm(width)

                def forward(self, x):
                    return self.norm(self.proj(x))
            """
        ),
        Good(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.proj = nn.Linear(width, width)
                    self.norm = nn.LayerNorm(width)

                def forward(self, x):
                    return self.norm(self.proj(x))
            """
        ),
    )


def _wiped(instance: Instance) -> Sequence[tuple[Event, list[str]]]:
    """The own initialiser calls whose run resets the tables, with the names that are lost for good."""
    found: list[tuple[Event, list[str]]] = []
    calls = [at for at, event in enumerate(instance.events) if event.kind == "init" and event.owner == instance.cls]
    for at in calls[1:]:
        call = instance.events[at]
        resets = [
            position
            for position, event in enumerate(instance.events)
            if position > at and event.kind == "reset" and not any(at < other <= position for other in calls)
        ]
        if not resets or call.method is None or call.method.name.value != "__init__" or instance.guarded(call):
            continue
        before = {
            event.name: event
            for event in instance.events[:at]
            if event.name and _registers(event) and not exclusive(event, call) and _was_initialised(instance, event)
        }
        after = {event.name for event in instance.events[resets[0] :] if event.kind in ("bind", "register")}
        names = [name for name in before if name not in after]
        if names:
            found.append((call, names))
    return found


def _registers(event: Event) -> bool:
    if event.kind == "register":
        return True
    options = [one for one in possible(event.value) if not isinstance(one, Nothing)]
    return event.kind == "bind" and bool(options) and all(isinstance(one, Module | Parameter) for one in options)


def _was_initialised(instance: Instance, event: Event) -> bool:
    """Was the module initialised when `event` happened? Only then was something registered."""
    return any(one.kind == "reset" for one in instance.events[: instance.events.index(event)])
