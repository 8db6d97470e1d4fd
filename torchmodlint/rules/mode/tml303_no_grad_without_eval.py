"""TML303: without gradients, hence no training step, but still in training mode."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.flow.entries import Entry, Flow
from torchmodlint.analysis.flow.libraries import TRAINING
from torchmodlint.analysis.flow.questions import (
    called,
    first,
    function_of,
    gives_losses,
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
        "{model}, trained on line {step}, is called on line {line} with gradients off (line {off}), no eval() between: "
        "dropout, batch norm and all that reads the mode act as in training; call `.eval()` before, and `.train()` "
        "afterwards"
    )
    triggers = (("no_grad", "backward("), ("inference_mode", "backward("), ("set_grad_enabled", "backward("))

    def leave_Module(self, original_node: cst.Module) -> None:
        if not self.triggered():
            return
        for use, matters, step in self.facts.in_flow(self._find, _doubt):
            function = function_of(use)
            off, training = first(use.grads), first(use.settings)
            if off is None or off.site is None:
                continue
            proofs = [Proof(training.site, "in training mode since here")] if training and training.site else []
            proofs += [
                Proof(step.site, "a training step", "step"),
                Proof(off.site, "gradients are switched off here", "off"),
            ]
            if matters.node is not use.node:
                proofs.append(Proof(matters.site, f"the mode matters to {called(self.facts, matters)}"))
            subject = Subject(function=function.name.value if function is not None else None)
            self.report(use.site, subject, None, proofs, model=called(self.facts, use))

    def _find(self, flow: Flow) -> list[tuple[Use, Use, Use]]:
        steps = {use: _step(flow, entry, use) for entry in flow.entries for use in entry.uses}
        found = {use: step for use, step in steps.items() if step is not None}

        def likely(use: Use) -> bool:
            """Its class is out of sight, but train() is called on it for the rounds in which this call stands."""
            if kinds(use) != {TRAIN} or any(thing.ref is not None for thing in use.things):
                return False
            return any(loop in loops_of(found[use]) for loop in loops_of(use))

        return [(use, matters, found[use]) for use, matters in telling(self.facts.trees, found, likely)]

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


def _step(flow: Flow, entry: Entry, use: Use) -> Use | None:
    """The training step after which a model is called without gradients, and apart from any, still in training mode."""
    if not use.direct or use.trained or use.unused or use.dummy or gives_losses(use):
        return None
    if gradients(use) != {OFF} or not kinds(use) <= {NEW, TRAIN}:
        return None
    if NEW in kinds(use) and any(other.touched.intersection(use.things) for other in kept_from(flow, entry, use)):
        return None
    steps = [other for other in entry.uses if other.trained and set(other.things) & set(use.things)]
    trained_in = frozenset[Setting]().union(*(step.settings for step in steps))
    if any(one.kind == TRAIN and one.function is function_of(use) for one in use.settings - trained_in):
        return None  # train() right here, after the training: statistics are re-estimated, or dropout is wanted
    inner = loops_of(use)[-1:]
    if not steps or any(loop in loops_of(other) for other in steps for loop in inner):
        return None
    return steps[0]


def _doubt(flow: Flow) -> bool:
    """Is a model called without gradients that a helper in another file may have trained?"""
    trained = flow.elsewhere.get(TRAINING, set())
    return any(trained.intersection(use.things) and gradients(use) == {OFF} for use in flow.uses())
