"""TML301: a model with loaded weights predicts in training mode."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.flow.entries import Entry, Flow
from torchmodlint.analysis.flow.libraries import LOADING
from torchmodlint.analysis.flow.questions import called, first, function_of, kept_from, kinds, telling
from torchmodlint.analysis.flow.things import NEW, Use
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Proof, Rule


class InferenceWithoutEval(Rule):
    """A model is built in training mode, and loading weights does not change that.

    Until `eval()` is called, dropout goes on dropping and batch norm normalises by the batch at hand, and even moves
    its running statistics. Nothing fails: predictions are worse, differ from run to run, and depend on what else is
    in the batch.
    """

    code = "TML301"
    name = "inference-without-eval"
    severity = Severity.ERROR
    message = (
        "weights loaded on line {loaded}, {model} called on line {line} in training mode, no eval() between: "
        "dropout, batch norm and all that reads the mode act as in training; call `.eval()` after loading"
    )
    triggers = (
        "load_state_dict(",
        "load_from_checkpoint(",
        ("torchvision", "pretrained="),
        ("torchvision", "weights="),
        ("timm", "create_model("),
        ("segmentation_models_pytorch", "weights="),
    )

    def leave_Module(self, original_node: cst.Module) -> None:
        if not self.triggered():
            return
        for use, matters in self.facts.in_flow(self._find, _doubt):
            loaded = first(use.loads)
            if loaded is None or loaded.site is None:
                continue
            function, model = function_of(use), called(self.facts, use)
            proofs = [Proof(loaded.site, f"weights are loaded here, {model} stays in training mode", "loaded")]
            if matters.node is not use.node:
                proofs.append(Proof(matters.site, f"the mode matters to {called(self.facts, matters)}"))
            subject = Subject(function=function.name.value if function is not None else None)
            self.report(use.site, subject, None, proofs, model=model)

    def _find(self, flow: Flow) -> list[tuple[Use, Use]]:
        wrong = (use for entry in flow.entries for use in entry.uses if _wrong(flow, entry, use))
        return telling(self.facts.trees, wrong, lambda use: False)

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            net = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5), nn.Linear(8, 1))
            net.load_state_dict(torch.load("net.pt", map_location="cpu"))

            with torch.no_grad():
                print(net(torch.load("batch.pt")).tolist())  # TML301
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            net = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5), nn.Linear(8, 1))
            net.load_state_dict(torch.load("net.pt", map_location="cpu"))
            net.eval()

            with torch.no_grad():
                print(net(torch.load("batch.pt")).tolist())
            """
        ),
    )


def _wrong(flow: Flow, entry: Entry, use: Use) -> bool:
    """Called as it was built, with weights from elsewhere, and not to be trained further."""
    if not use.direct or not use.loads or kinds(use) != {NEW} or use.dummy or use.unused:
        return False
    busy = entry.trained | entry.optimised
    for other in kept_from(flow, entry, use):
        busy |= other.touched | other.optimised | other.trained
    return not busy.intersection(use.things)


def _doubt(flow: Flow) -> bool:
    """Is a model called that a helper in another file may have loaded?"""
    loaded = flow.elsewhere.get(LOADING, set())
    return any(loaded.intersection(use.things) and not use.dummy and not use.unused for use in flow.uses())
