"""TML308: `module.requires_grad = False`, which freezes nothing."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.flag_settings import PARAMETER_WALKS, Setting, SettingVisitor, reads
from torchmodlint.analysis.instances import evaluate_class
from torchmodlint.analysis.receivers import intercepts
from torchmodlint.analysis.state import class_contents
from torchmodlint.analysis.values import Module
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

FREEZING = PARAMETER_WALKS | {"requires_grad_"}  # on the same receiver they do what was meant


class RequiresGradOnModule(SettingVisitor, Rule):
    """A module has no flag `requires_grad`: the assignment makes a new attribute that nothing reads.

    Its parameters go on requiring gradients, and the optimizer goes on changing what was meant to be frozen. There is
    no message, and no difference but in memory, in speed and in the weights.
    """

    code = "TML308"
    name = "requires-grad-on-module"
    severity = Severity.ERROR
    message = (
        "`{receiver}` is a module, so `requires_grad` is a new attribute that nothing reads, and its parameters go on "
        "as before: write `{receiver}.requires_grad_({value})`"
    )
    triggers = (".requires_grad = ", ".requires_grad=", ("setattr(", "requires_grad"))
    flag = "requires_grad"

    def leave_Module(self, original_node: cst.Module) -> None:
        for one in self.settings:
            if (self._on_module(one) or self._on_self(one)) and not one.calls(FREEZING):
                function = one.function.name.value if one.function is not None else None
                value = self.facts.tree.code_for_node(one.value)
                self.report(one.statement, Subject(one.owner, function=function), receiver=one.shown, value=value)

    def _on_module(self, one: Setting) -> bool:
        modules = one.modules()
        if modules:
            return not any(self._has_flag(module) for _, module in modules)
        return one.walks_modules()

    def _has_flag(self, module: Module) -> bool:
        """Is `requires_grad` an attribute of the module's own?"""
        trees = self.facts.trees
        if module.cls is None or module.cls.source is None:
            return False
        own = evaluate_class(trees, module.cls, deep=True).value(self.flag)
        return own is not None or intercepts(trees, module.cls, self.flag)

    def _on_self(self, one: Setting) -> bool:
        """`self.requires_grad = False` in a module with parameters, where nothing in the file reads it."""
        cls = one.on_self() if dotted(one.value) == "False" else None
        if cls is None or intercepts(self.facts.trees, cls.ref, self.flag) or reads(self.facts.tree, self.flag):
            return False
        return "p" in class_contents(self.facts.trees, cls.ref)

    examples = (
        Bad(
            """
            from torch import nn
            from torchvision import models

            class Classifier(nn.Module):
                def __init__(self, classes):
                    super().__init__()
                    self.backbone = models.resnet18(weights="DEFAULT")
                    self.backbone.requires_grad = False  # TML308
                    self.head = nn.Linear(1000, classes)

                def forward(self, x):
                    return self.head(self.backbone(x))
            """
        ),
        Good(
            """
            from torch import nn
            from torchvision import models

            class Classifier(nn.Module):
                def __init__(self, classes):
                    super().__init__()
                    self.backbone = models.resnet18(weights="DEFAULT")
                    self.backbone.requires_grad_(False)
                    self.head = nn.Linear(1000, classes)

                def forward(self, x):
                    return self.head(self.backbone(x))
            """
        ),
    )
