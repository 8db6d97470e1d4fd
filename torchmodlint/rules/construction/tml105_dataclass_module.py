"""TML105: `@dataclass` on an nn.Module subclass."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis import torch_names
from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.evaluator import Evaluator
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.instances import initialised_by
from torchmodlint.analysis.machine import NO
from torchmodlint.analysis.takeover import initialised_elsewhere
from torchmodlint.analysis.values import Module, Parameter, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


class DataclassModule(Rule):
    """A dataclass writes an `__init__` that assigns the fields and never reaches `nn.Module.__init__`.

    With its default `eq=True` it also takes away `__hash__`, so that `parameters()`, `modules()` and `to()` raise
    `TypeError: unhashable type` even when `__post_init__` initialises the module; and fields that hold modules are
    assigned before `__post_init__` runs, which raises.
    """

    code = "TML105"
    name = "dataclass-module"
    severity = Severity.ERROR
    message = "`@dataclass` makes `{owner}` {what}: write `__init__` by hand, with `super().__init__()` first"
    unhashable = "unhashable, so that parameters() and modules() raise"
    early = "a module whose fields are assigned before `__post_init__` initialises it, which raises for a module"
    uninitialised = "a module whose generated `__init__` never reaches `nn.Module.__init__`"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        options = self._options(node) if cls is not None else None
        if cls is None or options is None:
            return
        wrong = []
        if options.get("init", True) and "__init__" not in cls.body.methods and not initialised_elsewhere(cls):
            if initialised_by(self.facts.trees, cls.ref, "__post_init__") <= {NO}:
                wrong.append(self.uninitialised)
            elif self._has_module_field(cls):
                wrong.append(self.early)
        hashable = "__hash__" in cls.body.methods or "__hash__" in cls.body.names
        if options.get("eq", True) and not options.get("frozen") and not options.get("unsafe_hash") and not hashable:
            wrong.append(self.unhashable)
        if wrong:
            self.report(node, Subject(cls.dotted), owner=cls.name, what=" and ".join(wrong))

    def _has_module_field(self, cls: ClassFacts) -> bool:
        """Does the generated `__init__` assign a module or Parameter, which it does before `__post_init__` runs?"""
        machine = Evaluator(self.facts.trees, self.facts.source, None, False)
        for statement, value in cls.body.names.values():
            if not isinstance(statement, cst.AnnAssign) or not (value is None or _is_required_field(value)):
                continue
            promised = machine.annotated(statement.annotation.annotation)
            if promised is not None and all(isinstance(one, Module | Parameter) for one in possible(promised)):
                if not _is_class_variable(statement.annotation.annotation):
                    return True
        return False

    def _options(self, node: cst.ClassDef) -> dict[str, bool] | None:
        """The keywords of the dataclass decorator; None when there is no such decorator or they are not constant."""
        for decorator in node.decorators:
            expression = decorator.decorator
            call = expression if isinstance(expression, cst.Call) else None
            name = dotted(call.func if call is not None else expression)
            refs = self.facts.resolve(name) if name else ()
            if not refs or any(ref.name not in torch_names.DATACLASS_DECORATORS for ref in refs):
                continue
            options = {}
            for arg in call.args if call is not None else ():
                if arg.keyword is None or not isinstance(arg.value, cst.Name):
                    return None
                options[arg.keyword.value] = arg.value.value == "True"
            return options
        return None

    examples = (
        Bad(
            """
            from dataclasses import dataclass
            from torch import nn

            @dataclass
            class Scale(nn.Module):  # TML105
                factor: float = 1.0

                def forward(self, x):
                    return x * self.factor
            """
        ),
        Good(
            """
            from torch import nn

            class Scale(nn.Module):
                def __init__(self, factor: float = 1.0):
                    super().__init__()
                    self.factor = factor

                def forward(self, x):
                    return x * self.factor
            """
        ),
    )


def _is_required_field(value: cst.BaseExpression) -> bool:
    """Is it `field(...)` with no default and not `init=False`, so that the caller gives the value?"""
    if not isinstance(value, cst.Call) or (dotted(value.func) or "").rpartition(".")[2] != "field":
        return False
    keywords = {arg.keyword.value if arg.keyword is not None else "**" for arg in value.args}
    return not keywords & {"default", "default_factory", "init", "**"}


def _is_class_variable(annotation: cst.BaseExpression) -> bool:
    return isinstance(annotation, cst.Subscript) and (dotted(annotation.value) or "").endswith("ClassVar")
