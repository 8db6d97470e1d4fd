"""TML114: Parameters, or tensors that require grad, kept on `self` in a plain list, tuple, dict or set."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.containers import losses, lost_parameter
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


class ParametersInPlainContainer(Rule):
    """`nn.Module` registers a Parameter that is assigned to it directly, and does not look inside containers.

    `parameters()` does not give the ones in a plain list to the optimizer, so they keep their first values for ever;
    `state_dict()` does not save them and `.to()` does not move them.
    """

    code = "TML114"
    name = "parameters-in-plain-container"
    severity = Severity.ERROR
    message = (
        "`self.{attribute}` keeps Parameters in a plain {kind}: they are not registered, so they are never trained, "
        "moved or saved; use `nn.{instead}`"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None:
            return
        for loss in cls.settled(lambda instance: losses(instance, lost_parameter)):
            if loss.name in cls.body.constants:
                continue
            instead = "ParameterDict" if loss.box.kind == "dict" else "ParameterList"
            words = {"attribute": loss.name or "…", "kind": loss.box.kind, "instead": instead}
            self.report(loss.event.statement, Subject(cls.dotted, loss.name or None), **words)

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            class Gates(nn.Module):
                def __init__(self, width, count):
                    super().__init__()
                    self.gates = [nn.Parameter(torch.ones(width)) for _ in range(count)]  # TML114

                def forward(self, x):
                    return [x * gate for gate in self.gates]
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            class Gates(nn.Module):
                def __init__(self, width, count):
                    super().__init__()
                    self.gates = nn.ParameterList(nn.Parameter(torch.ones(width)) for _ in range(count))

                def forward(self, x):
                    return [x * gate for gate in self.gates]
            """
        ),
    )
