"""TML121: a module with state, or a Parameter, as a class attribute."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.arguments import leaves
from torchmodlint.analysis.evaluator import Evaluator
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.project import Answer
from torchmodlint.analysis.state import stateful
from torchmodlint.analysis.tree import within
from torchmodlint.analysis.values import Module, Nothing, Parameter
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

SHAPES = (cst.Call, cst.IfExp, cst.List, cst.Tuple, cst.Dict, cst.ListComp, cst.DictComp)


class ModuleAsClassAttribute(Rule):
    """What stands in the class body belongs to the class, and is registered on no instance.

    `parameters()` is empty, so nothing is trained; `state_dict()` saves nothing, `.to()` moves nothing; and all
    instances share the one object. A module without state, such as `default_act = nn.SiLU()`, is harmless.
    """

    code = "TML121"
    name = "module-as-class-attribute"
    severity = Severity.ERROR
    message = (
        "`{attribute}` in the class body is registered on no instance and shared by all: it is not trained, moved or "
        "saved; build it in `__init__`"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None:
            return
        machine = Evaluator(self.facts.trees, self.facts.source, None, False)
        found = []
        for name, (statement, expression) in cls.body.names.items():
            if not isinstance(expression, SHAPES):
                continue
            options = [one for one in leaves(machine.evaluate(expression)) if not isinstance(one, Nothing)]
            if not options or not all(isinstance(one, Module | Parameter) for one in options):
                continue
            if any(stateful(self.facts.trees, one) is Answer.YES for one in options):
                found.append((name, statement))
        taken = _taken_over(cls) if found else frozenset()
        for name, statement in found:
            if name not in taken:
                self.report(statement, Subject(cls.dotted, name), attribute=name)

    examples = (
        Bad(
            """
            from torch import nn

            class Net(nn.Module):
                proj = nn.Linear(8, 8)  # TML121

                def forward(self, x):
                    return self.proj(x)
            """
        ),
        Good(
            """
            from torch import nn

            class Net(nn.Module):
                default_act = nn.SiLU()

                def __init__(self):
                    super().__init__()
                    self.proj = nn.Linear(8, 8)

                def forward(self, x):
                    return self.default_act(self.proj(x))
            """
        ),
    )


def _taken_over(cls: ClassFacts) -> frozenset[str | None]:
    """The names that instances bind themselves, or whose value the constructor hands on whole: it may register it."""
    names: set[str | None] = {event.name for event in cls.instance.of("bind", "register")}
    for owner, method in cls.instance.methods.values():
        if owner != cls.ref or id(method) not in cls.instance.ran:
            continue
        if not any(event.root == "__init__" and event.method is method for event in cls.instance.events):
            continue
        for node, above in within(method.body):
            if isinstance(node, cst.Attribute) and not isinstance(above[-1], cst.Attribute):
                names.add(node.attr.value)
    return frozenset(names)
