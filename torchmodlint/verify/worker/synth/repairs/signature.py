"""The call does not fit the signature: a missing argument is given, one that is not taken is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.failure import Failure
from torchmodlint.verify.worker.synth.repairs.shop import Shop

# The wordings of Python 3.10 to 3.14.
MISSING = re.compile(r"missing \d+ required (?:positional|keyword-only) arguments?: (.*)$", re.DOTALL)
UNEXPECTED = re.compile(r"got an unexpected keyword argument '(\w+)'")
TWICE = re.compile(r"got multiple values for (?:keyword )?argument '(\w+)'")
NAME = re.compile(r"'(\w+)'")


def repairs(failure: Failure, draft: Draft, shop: Shop) -> Iterator[Draft]:
    if not isinstance(failure.error, TypeError):
        return
    missing = MISSING.search(failure.message)
    if missing:
        names = NAME.findall(missing[1])
        taken = [name for name in names if name not in draft.values]
        if taken:
            yield draft.giving(f"{', '.join(taken)} given", **{name: shop.guesser.first(name) for name in taken})
    for pattern in (UNEXPECTED, TWICE):
        found = pattern.search(failure.message)
        if found and found[1] in draft.values:
            yield draft.without(f"{found[1]} left out", found[1])
