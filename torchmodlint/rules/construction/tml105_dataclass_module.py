"""TML105: `@dataclass` on an nn.Module subclass."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis import torch_names
from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.tree import descendants
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
    uninitialised = "a module whose generated `__init__` never reaches `nn.Module.__init__`"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        options = self._options(node) if cls is not None else None
        if cls is None or options is None:
            return
        wrong = []
        generated = options.get("init", True) and "__init__" not in cls.body.methods
        if generated and not _initialises_later(cls):
            wrong.append(self.uninitialised)
        hashable = "__hash__" in cls.body.methods or "__hash__" in cls.body.names
        if options.get("eq", True) and not options.get("frozen") and not options.get("unsafe_hash") and not hashable:
            if "__eq__" not in cls.body.methods or not generated:
                wrong.append(self.unhashable)
        if wrong:
            self.report(node, Subject(cls.dotted), owner=cls.name, what=" and ".join(wrong))

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


def _initialises_later(cls: ClassFacts) -> bool:
    """Does `__post_init__` or `__new__` reach a base initialiser?"""
    return any(
        isinstance(node, cst.Attribute) and node.attr.value in ("__init__", "__post_init__")
        for name in ("__post_init__", "__new__")
        if name in cls.body.methods
        for node in descendants(cls.body.methods[name].body)
    )
