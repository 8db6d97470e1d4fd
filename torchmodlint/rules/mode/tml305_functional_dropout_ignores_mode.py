"""TML305: dropout as a function that is not told the mode, so that `eval()` does not reach it."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.mode_reach import ModeReach
from torchmodlint.analysis.mode_tests import ModeTests
from torchmodlint.analysis.rates import Rate, Rates
from torchmodlint.analysis.uses import argument
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


@dataclass(frozen=True)
class Signature:
    """Where a function takes its rate and the mode, counted from 0. `acts`: what it does without a mode."""

    rate: tuple[str, int] | None
    training: tuple[str, int] | None
    acts: bool


_DROPS = Signature(("p", 1), ("training", 2), acts=True)
_SLEEPS = Signature(("p", 1), ("training", 2), acts=False)
_RRELU = Signature(None, ("training", 3), acts=False)
_SDPA = Signature(("dropout_p", 4), None, acts=True)
_MULTI_HEAD = Signature(("dropout_p", 10), ("training", 13), acts=True)
FUNCTIONS = {
    **dict.fromkeys(("dropout", "dropout1d", "dropout2d", "dropout3d"), _DROPS),
    **dict.fromkeys(("alpha_dropout", "feature_alpha_dropout"), _SLEEPS),
    **dict.fromkeys(("rrelu", "rrelu_"), _RRELU),
    "scaled_dot_product_attention": _SDPA,
    "multi_head_attention_forward": _MULTI_HEAD,
}


class FunctionalDropoutIgnoresMode(Rule):
    """`F.dropout(x, p)` drops in every mode, because its argument `training` is True unless something else is given.

    After `model.eval()` the predictions are still random and worse than they could be, without a message.
    `scaled_dot_product_attention` knows no mode at all and drops whenever `dropout_p` is above 0.
    `alpha_dropout`, `feature_alpha_dropout` and `rrelu` have it the other way round: they never act unless told to.

    A dropout that is to stay on at inference, as in Monte Carlo dropout or in Tacotron's prenet, says so by
    `training=True`, and is not reported.
    """

    code = "TML305"
    name = "functional-dropout-ignores-mode"
    severity = Severity.WARNING
    message = (
        "`{function}` without `training=` drops in eval mode too, which makes predictions random: "
        "pass `training={mode}`, or `training=True` where that is meant"
    )
    attention = (
        "`dropout_p` acts in eval mode too, because `{function}` does not know the mode, which makes predictions "
        "random: pass `dropout_p={rate} if {mode} else 0.0`"
    )
    idle = "`{function}` without `training=` is never random, not even in training: pass `training={mode}`"

    def visit_Module(self, node: cst.Module) -> None:
        self._classes: dict[int, ClassFacts] = {}
        self._calls: list[cst.Call] = []
        outline = self.facts.source.outline
        bound = (*outline.bindings.items(), *outline.inner_imports.items())
        targets = ((name, one.target.rpartition(".")[2]) for name, many in bound for one in many)
        self._names = {**FUNCTIONS, **{name: FUNCTIONS[target] for name, target in targets if target in FUNCTIONS}}

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        facts = self.facts.module_class(node)
        if facts is not None:
            self._classes[id(node)] = facts

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func.attr if type(node.func) is cst.Attribute else node.func
        signature = self._names.get(func.value) if type(func) is cst.Name else None
        if signature is not None and _may_ignore(node, signature):
            self._calls.append(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        if not self._calls or not self._classes:
            return
        lineage = Lineage(self.facts)
        tests = ModeTests(lineage, self._classes)
        self._rates = Rates(lineage, tests)
        self._reach = ModeReach(lineage, tests)
        for call in self._calls:
            signature = self._signature(lineage, call)
            if signature is not None and self._ignores(call, signature):
                self._tell(lineage, call, signature)

    @staticmethod
    def _signature(lineage: Lineage, call: cst.Call) -> Signature | None:
        name = lineage.library_name(call.func) or ""
        return FUNCTIONS.get(name.removeprefix("torch.nn.functional.")) if name.startswith("torch.nn.") else None

    def _ignores(self, call: cst.Call, signature: Signature) -> bool:
        if not _may_ignore(call, signature):
            return False
        rate = argument(call, *signature.rate) if signature.rate is not None else None
        if rate is not None and self._rates.of(rate) is not Rate.FIXED:
            return False
        if not signature.acts:
            return self._reach.in_any(call)
        return self._reach.in_both(call, rate or call) and not self._reach.meant(call)

    def _tell(self, lineage: Lineage, call: cst.Call, signature: Signature) -> None:
        method = lineage.method(call)
        owner = self._classes.get(id(method[1])) if method is not None else None
        me = lineage.me(call)
        rate = argument(call, *signature.rate) if signature.rate is not None else None
        wording = None if signature.acts else self.idle
        self.report(
            call,
            Subject(owner.dotted if owner else None, function=lineage.qualname(call).rpartition(".")[2]),
            self.attention if signature.training is None else wording,
            function=self.facts.tree.code_for_node(call.func),
            mode=f"{me}.training" if me else "training",
            rate=self.facts.tree.code_for_node(rate) if rate is not None else "",
        )

    examples = (
        Bad(
            """
            import torch.nn.functional as F
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.head = nn.Linear(width, 2)

                def forward(self, x):
                    return self.head(F.dropout(x, 0.3))  # TML305
            """
        ),
        Good(
            """
            import torch.nn.functional as F
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.head = nn.Linear(width, 2)

                def forward(self, x):
                    return self.head(F.dropout(x, 0.3, training=self.training))
            """
        ),
        Good(
            """
            import torch.nn.functional as F
            from torch import nn

            class Prenet(nn.Module):
                def forward(self, x):
                    return F.dropout(x, 0.5, training=True)  # stays on at inference
            """
        ),
    )


def _may_ignore(call: cst.Call, signature: Signature) -> bool:
    """Is the function, if it has this signature, not told the mode, and does it drop at all?"""
    rate = argument(call, *signature.rate) if signature.rate is not None else None
    if any(arg.star for arg in call.args) or _is_nought(rate):
        return False
    if signature.training is not None:
        return argument(call, *signature.training) is None
    return rate is not None


def _is_nought(rate: cst.BaseExpression | None) -> bool:
    return isinstance(rate, cst.Integer | cst.Float) and not rate.evaluated_value
