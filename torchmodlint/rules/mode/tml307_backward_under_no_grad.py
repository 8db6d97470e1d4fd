"""TML307: a loss that is computed and back-propagated where no gradients are recorded."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.flow.entries import Flow
from torchmodlint.analysis.flow.machine import Backward
from torchmodlint.analysis.flow.questions import first, gradients
from torchmodlint.analysis.flow.things import OFF
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Proof, Rule


class BackwardUnderNoGrad(Rule):
    """Under `no_grad()` and `inference_mode()` operations leave no graph, so that there is nothing to go back along.

    `backward()` raises "element 0 of tensors does not require grad and does not have a grad_fn". A graph that was
    built outside the block may be walked inside it.
    """

    code = "TML307"
    name = "backward-under-no-grad"
    severity = Severity.ERROR
    message = (
        "gradients are off since line {off}, the loss is computed on line {call} and back-propagated on line {line}: "
        "there is no graph, and this raises; move the training step out, or open `with torch.enable_grad():`"
    )
    triggers = (("backward(", "no_grad"), ("backward(", "inference_mode"), ("backward(", "set_grad_enabled"))

    def leave_Module(self, original_node: cst.Module) -> None:
        if not self.triggered():
            return
        reported: set[cst.CSTNode] = set()
        for back in self.facts.in_flow(_find):
            off = first(back.grads)
            if off is None or off.site is None or back.site in reported:
                continue
            call = min(back.result.dead, key=lambda use: (len(use.rounds), use.at))
            reported.add(back.site)
            self.report(
                back.site,
                Subject(),
                None,
                [
                    Proof(off.site, "gradients are switched off here", "off"),
                    Proof(call.site, "computed here, without a graph", "call"),
                ],
            )

    examples = (
        Bad(
            """
            import torch

            def step(model, loss, inputs, targets):
                with torch.no_grad():
                    error = loss(model(inputs), targets)
                    error.backward()  # TML307
            """
        ),
        Good(
            """
            import torch

            def step(model, loss, inputs, targets):
                error = loss(model(inputs), targets)
                with torch.no_grad():
                    error.backward()
            """
        ),
    )


def _hopeless(back: Backward) -> bool:
    """Is everything that the loss was computed from surely computed in the block where gradients are off?"""
    uses = back.result.dead
    if back.site is not back.node or back.result.live or not uses or any(grad.kind != OFF for grad in back.grads):
        return False
    return all(gradients(use) == {OFF} and use.grads <= back.grads and use.direct for use in uses)


def _chosen(back: Backward) -> bool:
    """Does a condition since gradients were switched off decide whether it is reached?"""
    return any(at > grad.at for at in back.conditions for grad in back.grads)


def _find(flow: Flow) -> list[Backward]:
    """What serves with gradients, too, may know by such a condition when it must not ask for them."""
    backs = [back for entry in flow.entries for back in entry.backwards]
    useful = {back.node for back in backs if back.result.live}
    return [back for back in backs if _hopeless(back) and not (_chosen(back) and back.node in useful)]
