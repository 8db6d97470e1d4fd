"""TML311: a member frozen with `eval()` in the constructor, which the next `train()` thaws."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.frozen_members import Frozen, frozen_in_constructor
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Proof, Rule


class FrozenNormThawed(Rule):
    """`model.train()` puts every module below it in training mode, also one that the constructor put in eval mode.

    Its parameters stay frozen, but from then on its dropout drops and its batch norms normalise with, and learn, the
    statistics of each batch: what was meant to be fixed is random, and drifts. Trainers call `train()` at the start
    of every epoch, so that the `eval()` in the constructor never has an effect.
    """

    code = "TML311"
    name = "frozen-norm-thawed"
    severity = Severity.ERROR
    message = (
        "`{receiver}`, whose parameters are frozen on line {frozen}, is put in eval mode in the constructor only: the "
        "next `train()` turns its dropout and batch norm on again; override `train` in `{owner}` to call "
        "`{receiver}.eval()` after `super().train(mode)`, and return `self`"
    )
    unrecorded = (
        "`{receiver}`, which runs without gradients on line {frozen}, is put in eval mode in the constructor only: the "
        "next `train()` turns its dropout and batch norm on again; override `train` in `{owner}` to call "
        "`{receiver}.eval()` after `super().train(mode)`, and return `self`"
    )
    layers = (
        "these layers are put in eval mode in the constructor only, so that the next `train()` thaws them: override "
        "`train` in `{owner}` to do it again after `super().train(mode)`, and return `self`"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = None if self.facts.stub else self.facts.module_class(node)
        if cls is None or "__init__" not in cls.body.methods:
            return
        for one in frozen_in_constructor(cls):
            subject = Subject(cls.dotted, one.name or None, "__init__")
            if one.freezing is None:
                self.report(one.call, subject, self.layers, owner=cls.name)
            else:
                self._report_member(one, subject, one.freezing, cls.name)

    def _report_member(self, one: Frozen, subject: Subject, freezing: cst.CSTNode, owner: str) -> None:
        told = "it runs without gradients here" if one.unrecorded else "its parameters are frozen here"
        wording = self.unrecorded if one.unrecorded else None
        proof = Proof(freezing, told, "frozen")
        self.report(one.call, subject, wording, (proof,), receiver=f"self.{one.name}", owner=owner)

    examples = (
        Bad(
            """
            from torch import nn
            from torchvision import models

            class Tagger(nn.Module):
                def __init__(self, tags):
                    super().__init__()
                    self.backbone = models.resnet18(weights="DEFAULT")
                    self.backbone.requires_grad_(False)
                    self.backbone.eval()  # TML311
                    self.head = nn.Linear(1000, tags)

                def forward(self, x):
                    return self.head(self.backbone(x))
            """
        ),
        Good(
            """
            from torch import nn
            from torchvision import models

            class Tagger(nn.Module):
                def __init__(self, tags):
                    super().__init__()
                    self.backbone = models.resnet18(weights="DEFAULT")
                    self.backbone.requires_grad_(False)
                    self.head = nn.Linear(1000, tags)

                def forward(self, x):
                    return self.head(self.backbone(x))

                def train(self, mode=True):
                    super().train(mode)
                    self.backbone.eval()
                    return self
            """
        ),
    )
