"""What an event would register on a module."""

from __future__ import annotations

from torchmodlint.analysis.machine import Event
from torchmodlint.analysis.values import Module, Nothing, Parameter, possible


def registration(event: Event) -> str:
    """What the instance is given to register, in words; "" when it is not surely such a thing."""
    if event.kind == "register" and event.how != "setattr":
        return "a registration"
    options = [one for one in possible(event.value) if not isinstance(one, Nothing)]
    if options and all(isinstance(one, Module) and not one.given for one in options):
        return "a module"  # what an annotation calls a module may be a class
    if options and all(isinstance(one, Parameter) and not one.buffer for one in options):
        return "a Parameter"
    if options and all(isinstance(one, Parameter) for one in options):
        return "a buffer"
    return ""
