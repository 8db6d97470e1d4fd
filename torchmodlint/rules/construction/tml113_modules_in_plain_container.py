"""TML113: modules kept on `self` in a plain list, tuple, dict or set."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.containers import losses, lost_module
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


class ModulesInPlainContainer(Rule):
    """`nn.Module` registers what is assigned to it directly, and does not look inside lists, tuples, dicts and sets.

    The layers in a plain list work in `forward`, but `parameters()` does not give them to the optimizer, so they are
    never trained; `state_dict()` does not save them, `.to()` does not move them, and `eval()` does not reach their
    dropout and batch norm. Training runs, the loss falls, and the result is wrong.
    """

    code = "TML113"
    name = "modules-in-plain-container"
    severity = Severity.ERROR
    message = (
        "`self.{attribute}` keeps modules in a plain {kind}: they are not registered, so they are not trained, moved "
        "or saved, and eval() does not reach them; use `nn.{instead}`"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None:
            return
        for loss in cls.settled(lambda instance: losses(instance, lambda one: lost_module(self.facts.trees, one))):
            if loss.name in cls.body.constants:
                continue
            instead = "ModuleDict" if loss.box.kind == "dict" else "ModuleList"
            words = {"attribute": loss.name or "…", "kind": loss.box.kind, "instead": instead}
            self.report(loss.event.statement, Subject(cls.dotted, loss.name or None), **words)

    examples = (
        Bad(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width, depth):
                    super().__init__()
                    self.layers = [nn.Linear(width, width) for _ in range(depth)]  # TML113

                def forward(self, x):
                    for layer in self.layers:
                        x = layer(x)
                    return x
            """
        ),
        Good(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width, depth):
                    super().__init__()
                    self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))

                def forward(self, x):
                    for layer in self.layers:
                        x = layer(x)
                    return x
            """
        ),
        Good(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width, depth):
                    super().__init__()
                    self.layers = [nn.Linear(width, width) for _ in range(depth)]
                    for at, layer in enumerate(self.layers):
                        self.add_module(f"layer{at}", layer)

                def forward(self, x):
                    for layer in self.layers:
                        x = layer(x)
                    return x
            """
        ),
    )
