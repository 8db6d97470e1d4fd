"""Builds the class. Confirmed when torch refuses what `__init__` assigns because nn.Module was never initialised, or
when the finished object lacks the tables that nn.Module keeps; refuted when the object has them."""

from __future__ import annotations

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case, why_not_built

TABLES = ("_parameters", "_buffers", "_modules")
REFUSAL = "before Module.__init__() call"  # the wording of torch 2.0 to 2.13


def probe(case: Case, question: Question) -> Seen:
    attempt = case.attempt
    if attempt.instance is not None:
        missing = [table for table in TABLES if table not in vars(attempt.instance)]
        if not missing:
            return refuted("the built object has nn.Module's tables")
        if attempt.error is None:
            return confirmed(f"the built object has no {', '.join(missing)}", missing=missing)
    if attempt.error is not None and REFUSAL in str(attempt.error):
        return confirmed(f"torch refuses the construction: {attempt.error}", error=str(attempt.error))
    raise Inconclusive(Reason.NOT_CONSTRUCTED, why_not_built(attempt))
