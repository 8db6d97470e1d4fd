"""TML312: `model.training = False`, which does not reach the modules that the model holds."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.flag_settings import Setting, SettingVisitor, reads
from torchmodlint.analysis.modes import children_have_mode, holds_mode
from torchmodlint.analysis.receivers import intercepts
from torchmodlint.analysis.tree import descendants
from torchmodlint.analysis.values import Argument, Module, Plain, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

SWITCHES = frozenset({"eval", "train"})
# A function that does one of these on the receiver may set the flags of its children too.
REACHING = frozenset({"apply", "children", "modules", "named_children", "named_modules"})
OWN = frozenset(
    {"__init__", "train", "eval", "__setstate__", "training"}
)  # methods that may set the flag of the instance


class TrainingFlagAssigned(SettingVisitor, Rule):
    """`training` is a flag of one module; only `train()` and `eval()` set it on the modules that it holds as well.

    After `model.training = False` every dropout layer still drops and every batch norm still updates its statistics.
    """

    code = "TML312"
    name = "training-flag-assigned"
    severity = Severity.ERROR
    message = (
        "`{receiver}.training = ...` does not reach the modules that `{receiver}` holds, whose dropout and batch norm "
        "stay in their mode: write `{receiver}.{call}`"
    )
    triggers = (".training = ", ".training=", ("setattr(", '"training"'))
    flag = "training"

    def leave_Module(self, original_node: cst.Module) -> None:
        for one in self.settings:
            if (self._on_module(one) or self._on_self(one)) and not one.calls(REACHING):
                function = one.function.name.value if one.function is not None else None
                call = {"True": "train()", "False": "eval()"}.get(dotted(one.value) or "")
                call = call or f"train({self.facts.tree.code_for_node(one.value)})"
                self.report(one.statement, Subject(one.owner, function=function), receiver=one.shown, call=call)

    def _on_module(self, one: Setting) -> bool:
        modules = one.modules()
        trees = self.facts.trees
        if not modules or any(intercepts(trees, module.cls, self.flag) for _, module in modules):
            return False
        # What is no plain truth value may be the flag that was there before, put back: as good as what it undoes.
        given = [value for event, _ in modules for value in possible(event.given)]
        if any(not isinstance(value, Argument) and not (isinstance(value, Plain) and value.flag) for value in given):
            if not one.calls(SWITCHES):
                return False
        if all(self._reads(module) for _, module in modules) and _switches(one):
            return False  # set beside calls of eval() and train(), it is meant for what the module itself does
        return all(holds_mode(trees, module) for _, module in modules)

    def _reads(self, module: Module) -> bool:
        """Do methods of its class, or of a base in sight, look at the flag?"""
        line = (module.cls, *self.facts.project.ancestors(module.cls)[0]) if module.cls is not None else ()
        for ref in line:
            definitions = self.facts.trees.definitions(ref.source, True) if ref.source is not None else None
            body = definitions.body(ref.name) if definitions is not None else None
            if body is not None and any(reads(method, self.flag) for method in body.methods.values()):
                return True
        return False

    def _on_self(self, one: Setting) -> bool:
        """`self.training = False`, in a class that never reads the flag, so that it is meant for what it holds."""
        cls = one.on_self() if dotted(one.value) in ("True", "False") else None
        if cls is None or one.function is None or one.function.name.value in OWN or one.calls(SWITCHES):
            return False
        if intercepts(self.facts.trees, cls.ref, self.flag):
            return False
        if any(reads(method, self.flag) for _, method in cls.methods.values()):
            return False
        return children_have_mode(self.facts.trees, cls.whole)

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.body = nn.Linear(width, width)
                    self.drop = nn.Dropout(0.5)

                def forward(self, x):
                    return self.drop(self.body(x))

            @torch.no_grad()
            def predict(x, path):
                net = Net(16)
                net.load_state_dict(torch.load(path))
                net.training = False  # TML312
                return net(x)
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.body = nn.Linear(width, width)
                    self.drop = nn.Dropout(0.5)

                def forward(self, x):
                    return self.drop(self.body(x))

            @torch.no_grad()
            def predict(x, path):
                net = Net(16)
                net.load_state_dict(torch.load(path))
                net.eval()
                return net(x)
            """
        ),
    )


def _switches(one: Setting) -> bool:
    """Does the function around it call eval() or train() on whatever?"""
    called = (node.func for node in descendants(one.function) if isinstance(node, cst.Call)) if one.function else ()
    return any(isinstance(func, cst.Attribute) and func.attr.value in SWITCHES for func in called)
