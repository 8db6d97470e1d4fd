"""TML101: an `__init__` of an nn.Module subclass from which no path reaches the base initialiser."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.instances import Instance, evaluate_class
from torchmodlint.analysis.machine import MAYBE, NO, YES, Event
from torchmodlint.analysis.registrations import registration
from torchmodlint.analysis.takeover import initialised_elsewhere, uncalled_initialiser
from torchmodlint.analysis.values import Nothing, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


class MissingSuperInit(Rule):
    """`nn.Module.__init__` makes the tables in which parameters, buffers and submodules are registered.

    Without it, storing a layer on `self` raises `AttributeError: cannot assign module before Module.__init__()
    call`. A class that stores only numbers is built without complaint, and fails when it is called, moved, printed
    or nested in another module.
    """

    code = "TML101"
    name = "missing-super-init"
    severity = Severity.ERROR
    message = (
        "`{owner}.__init__` never reaches `nn.Module.__init__`, so nothing can be registered on it: "
        "call `super().__init__()` first"
    )
    sometimes = (
        "`{owner}.__init__` calls `super().__init__()` only on some paths; on the others nothing can be registered: "
        "call it unconditionally, first"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None or self.facts.stub or "__init__" not in cls.body.methods:
            return
        if not _wording(cls.built, self.message, self.sometimes) and _calls_one(cls.built):
            return  # else, only a method of a base in another file might initialise: read it
        if not cls.initialised & {NO, MAYBE} and not _fails(cls.built):
            return
        found: Sequence[str] = [self.message]
        if cls.initialised != {NO}:
            found = cls.settled(lambda instance: _wording(instance, self.message, self.sometimes))
        if not found or uncalled_initialiser(cls) is not None or initialised_elsewhere(cls) or self._is_one_of_two(cls):
            return
        subject = Subject(cls.dotted, function="__init__")
        self.report(cls.body.methods["__init__"], subject, found[0], owner=cls.name)

    def _is_one_of_two(self, cls: ClassFacts) -> bool:
        """Do the classes of the file that derive from it call this initialiser by name, and reach nn.Module's beside?

        Then it is there for them, and what it does not keep itself is registered by the other.
        """
        project, trees = self.facts.project, self.facts.trees
        heirs = [ref for ref in project.module_classes(self.facts.source) if cls.ref in project.ancestors(ref)[0]]
        return (
            bool(heirs)
            and not _fails(cls.built)
            and all(_calls(evaluate_class(trees, one, deep=True), cls) for one in heirs)
        )

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            class Scale(nn.Module):
                def __init__(self, width):  # TML101
                    self.width = width

                def forward(self, x):
                    return x / self.width
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            class Scale(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.width = width

                def forward(self, x):
                    return x / self.width
            """
        ),
    )


def _wording(instance: Instance, never: str, sometimes: str) -> Sequence[str]:
    reached = instance.initialised
    if reached == {NO} or _fails(instance):
        return [never]
    if not reached & {NO, MAYBE}:
        return []
    # Written under a condition. One that looks at the instance guards against a second run: then all is well.
    calls = instance.own("init")
    if not calls or any(instance.guarded(call) or _under_something_else(instance, call) for call in calls):
        return []
    return [sometimes]


def _calls_one(instance: Instance) -> bool:
    """Does an initialiser of a base run in the constructor, however late?"""
    return any(event.kind in ("init", "reset") and event.root == "__init__" for event in instance.events)


def _calls(heir: Instance, cls: ClassFacts) -> bool:
    """Does a class that is surely initialised call the initialiser of this base by name?"""
    inits = (event for event in heir.events if event.kind == "init")
    return heir.initialised == {YES} and any(event.how == "named" and event.ref == cls.ref for event in inits)


def _fails(instance: Instance) -> bool:
    """Does every construction register something while nothing is initialised, without calling any initialiser?

    It raises there: that code out of sight may initialise the instance later, as a method of a library's base might,
    does not help. Where an initialiser is called too late, TML102 says so.
    """
    if "__setattr__" in instance.methods or _calls_one(instance):
        return False
    events = [event for event in instance.events if event.root == "__init__"]
    return any(event.initialised == NO and not event.path and _is_kept(event) for event in events)


def _is_kept(event: Event) -> bool:
    """Is a module, Parameter or buffer surely registered?"""
    some = not any(isinstance(one, Nothing) for one in possible(event.value))
    return event.kind in ("bind", "register") and some and bool(registration(event))


def _under_something_else(instance: Instance, call: Event) -> bool:
    """Does the call stand in a loop, handler or `match`, of which it is not known whether it runs?"""
    return any(mark not in instance.tests for mark, _ in call.path)
