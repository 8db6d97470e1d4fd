"""TML303: without gradients, hence no training step, but still in training mode."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.flow.entries import Entry, Flow
from torchmodlint.analysis.flow.libraries import TRAINING
from torchmodlint.analysis.flow.questions import (
    first,
    function_of,
    gradients,
    kept_from,
    kinds,
    loops_of,
    telling,
)
from torchmodlint.analysis.flow.things import NEW, OFF, TRAIN, Setting, Use
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Proof, Rule


class NoGradWithoutEval(Rule):
    """`no_grad()` stops autograd; it does not change what layers do.

    A model that is validated or asked for predictions right after training, without `eval()`, still drops units and
    normalises by the batch, and the batches of the validation set move the running statistics of batch norm.
    """

    code = "TML303"
    name = "no-grad-without-eval"
    severity = Severity.ERROR
    message = (
        "the model is called without gradients (line {off}) but still in the training mode in which it was trained: "
        "dropout and batch norm act as in training; call `.eval()` before, and `.train()` when training goes on"
    )
    triggers = (("no_grad", "backward("), ("inference_mode", "backward("), ("set_grad_enabled", "backward("))

    def leave_Module(self, original_node: cst.Module) -> None:
        if not self.triggered():
            return
        facts = self.facts
        found = self._find(facts.whole_flow) if TRAINING in facts.flow.elsewhere else facts.in_flow(self._find)
        for use, matters in found:
            function = function_of(use)
            off = first(use.grads)
            training = first(use.settings)
            if off is None or off.site is None:
                continue
            proofs = [Proof(training.site, "in training mode since here")] if training and training.site else []
            sensitive = (
                [Proof(matters.site, "this model holds dropout or batch norm")] if matters.node is not use.node else []
            )
            self.report(
                use.site,
                Subject(function=function.name.value if function is not None else None),
                None,
                [*proofs, Proof(off.site, "gradients are switched off here", "off"), *sensitive],
            )

    def _find(self, flow: Flow) -> list[tuple[Use, Use]]:
        wrong = (use for entry in flow.entries for use in entry.uses if _wrong(flow, entry, use))
        return telling(self.facts.trees, wrong)

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            def fit(batches, validation):
                net = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))
                optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
                for inputs, targets in batches:
                    optimizer.zero_grad()
                    nn.functional.mse_loss(net(inputs), targets).backward()
                    optimizer.step()
                with torch.no_grad():
                    return [nn.functional.mse_loss(net(x), y).item() for x, y in validation]  # TML303
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            def fit(batches, validation):
                net = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))
                optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
                for inputs, targets in batches:
                    optimizer.zero_grad()
                    nn.functional.mse_loss(net(inputs), targets).backward()
                    optimizer.step()
                net.eval()
                with torch.no_grad():
                    return [nn.functional.mse_loss(net(x), y).item() for x, y in validation]
            """
        ),
    )


def _wrong(flow: Flow, entry: Entry, use: Use) -> bool:
    """Trained in sight, then called without gradients apart from any training step, still in training mode."""
    if not use.direct or use.trained or use.dropped or use.dummy:
        return False
    if gradients(use) != {OFF} or not kinds(use) <= {NEW, TRAIN}:
        return False
    if NEW in kinds(use) and any(other.touched.intersection(use.things) for other in kept_from(flow, entry, use)):
        return False
    steps = [other for other in entry.uses if other.trained and set(other.things) & set(use.things)]
    trained_in = frozenset[Setting]().union(*(step.settings for step in steps))
    if any(one.kind == TRAIN and one.function is function_of(use) for one in use.settings - trained_in):
        return False  # train() right here, after the training: statistics are re-estimated, or dropout is wanted
    inner = loops_of(use)[-1:]
    return bool(steps) and not any(loop in loops_of(other) for other in steps for loop in inner)
