"""Builds the class and looks into the container of the flagged statement. Confirmed when it holds Parameters, or
tensors that require grad, which parameters() does not give, and that a move leaves behind; refuted when all of them are
registered elsewhere, or the class gives and moves them itself."""

from __future__ import annotations

import torch

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Seen, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.containers import kept
from torchmodlint.verify.worker.observe.words import tally
from torchmodlint.verify.worker.probes.tml113_modules_in_plain_container import judged


def probe(case: Case, question: Question) -> Seen:
    found = kept(case, question, _wants_training, "Parameters")
    if not found.lost:
        return refuted(f"all that `{found.name}` holds ({tally(found.leaves)}) is registered", held=len(found.leaves))
    return judged(found, "parameters()")


def _wants_training(leaf: object) -> bool:
    return isinstance(leaf, torch.Tensor) and (isinstance(leaf, torch.nn.Parameter) or leaf.requires_grad)
