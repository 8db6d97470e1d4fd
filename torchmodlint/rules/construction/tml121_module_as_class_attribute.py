"""TML121: a module with state, or a Parameter, as a class attribute."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.evaluator import Evaluator
from torchmodlint.analysis.project import Answer
from torchmodlint.analysis.state import stateful
from torchmodlint.analysis.values import Module, Nothing, Parameter, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


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
        assigned = {event.name for event in cls.instance.of("bind", "register")} if cls.body.names else set()
        for name, (statement, expression) in cls.body.names.items():
            if expression is None or name in assigned or not isinstance(expression, cst.Call | cst.IfExp):
                continue
            options = [one for one in possible(machine.evaluate(expression)) if not isinstance(one, Nothing)]
            if not options or not all(isinstance(one, Module | Parameter) for one in options):
                continue
            if any(stateful(self.facts.trees, one) is Answer.YES for one in options):
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
