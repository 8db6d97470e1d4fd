"""TML120: register_buffer, register_parameter or add_module under a name that is a plain attribute already."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from torchmodlint.analysis.definitions import ClassBody
from torchmodlint.analysis.instances import Instance
from torchmodlint.analysis.machine import Event, exclusive
from torchmodlint.analysis.tree import descendants, within
from torchmodlint.analysis.values import Container, Module, Nothing, Parameter, Plain, Tensor, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

# What each method makes of a name: it refuses one that is something else already.
REGISTRARS = {
    "register_buffer": "buffer",
    "register_parameter": "parameter",
    "add_module": "module",
    "register_module": "module",
}


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

    hidden = "`{attribute}` is an attribute of the class, so `{how}` raises KeyError: give one of the two another name"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None or "__setattr__" in cls.body.methods or "__getattr__" in cls.body.methods:
            return
        clashes = cls.settled(_clashes)
        hidden = cls.settled(lambda instance: _hidden(instance, cls.body))
        if not clashes and not hidden:
            return
        if any("__dict__" in cls.body.sketch(name).mentioned for name in cls.body.methods):
            return
        for event in clashes:
            self.report(event.node, Subject(cls.dotted, event.name), attribute=event.name, how=event.how)
        for event in hidden:
            self.report(event.node, Subject(cls.dotted, event.name), self.hidden, attribute=event.name, how=event.how)

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
    """The registrations of the class itself that meet a name that the constructor has bound to something else."""
    found: dict[str, Event] = {}
    taken: dict[str, tuple[str, Event]] = {}  # what the name is, and by which event
    for event in instance.events:
        name = event.name
        if name is None or event.root != "__init__":
            continue
        if name in taken and exclusive(taken[name][1], event):
            del taken[name]  # no run comes by both
        if event.kind == "delete":
            taken.pop(name, None)
        elif event.kind == "bind":
            kind = _kind(event, taken.get(name, ("", event))[0])
            if kind:
                taken[name] = (kind, taken[name][1] if name in taken and kind == "plain" else event)
            else:
                taken.pop(name, None)
        elif event.kind == "register" and event.how in REGISTRARS:
            kind, _ = taken.pop(name, ("", event))
            if kind and kind != REGISTRARS[event.how] and _refused(instance, event):
                found.setdefault(name, event)
            taken[name] = (REGISTRARS[event.how], event)
    return list(found.values())


def _kind(event: Event, before: str) -> str:
    """What a name is after an assignment: "plain", "module", "parameter", "buffer", or "" when that is not sure."""
    options = list(possible(event.value))
    if all(isinstance(one, Plain | Nothing | Tensor | Container) for one in options):
        # A registered name stays registered when None, or a tensor in a buffer's place, is assigned.
        return before if before in ("buffer", "parameter", "module") else "plain"
    if all(isinstance(one, Module) for one in options):
        return "module"
    if all(isinstance(one, Parameter) and not one.buffer for one in options):
        return "parameter"
    return "buffer" if all(isinstance(one, Parameter) and one.buffer for one in options) else ""


def _hidden(instance: Instance, body: ClassBody) -> Sequence[Event]:
    """The registrations under the name of a method, or of something that the class body assigns."""
    written = {name for name, (_, value) in body.names.items() if value is not None and not isinstance(value, cst.Call)}
    taken = (written | body.methods.keys()) - body.properties
    return [
        event
        for event in instance.own("register")
        if event.how in REGISTRARS and event.name in taken and event.root == "__init__" and _refused(instance, event)
    ]


def _refused(instance: Instance, event: Event) -> bool:
    """Is it nn.Module's own method, called by the class without looking or catching?"""
    if event.owner != instance.cls or event.how in instance.methods or event.method is None:
        return False
    tests = [instance.tests[mark] for mark, _ in event.path if mark in instance.tests]
    if any(_looks_for(test, event.name) for test in tests):
        return False
    above = next((above for node, above in within(event.method.body) if node is event.node), ())
    return not any(isinstance(one, cst.Try | cst.TryStar) for one in above)


def _looks_for(test: cst.BaseExpression, name: str | None) -> bool:
    return any(
        (isinstance(one, cst.Name) and one.value in ("hasattr", "getattr", "vars"))
        or (isinstance(one, cst.Attribute) and one.attr.value == name)
        for one in descendants(test)
    )
