"""Names that are meant to be another one."""

from __future__ import annotations

from collections import Counter
from functools import cache

FLAG = "requires_grad"
METHOD = "requires_grad_"
REAL = frozenset({FLAG, METHOD})  # no other attribute of a tensor, parameter or module is written so nearly
OTHERS = ("graph", "grid")  # as near as the typos, and words of their own
_LETTERS = Counter(FLAG)
_KINDS = frozenset(FLAG)
SLIPS = 2  # "requre_grads" has two; words that mean something else are further away


@cache
def misspells_requires_grad(name: str) -> bool:
    """Is the name one that only somebody who means `requires_grad` writes?"""
    if name in REAL or name.endswith(OTHERS) or abs(len(name) - len(FLAG)) > len("ients") + SLIPS:
        return False
    short = name.lower().replace("gradients", "grad").replace("gradient", "grad")
    # Each missing letter is a slip, and this is told soon.
    if len(_KINDS.difference(short)) > SLIPS or (_LETTERS - Counter(short)).total() > SLIPS:
        return False
    return slips(short, FLAG) <= SLIPS


def slips(written: str, meant: str) -> int:
    """How many letters are missing, too many, wrong, or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(meant) + 1))
    for at, letter in enumerate(written, start=1):
        row = [at]
        for to, other in enumerate(meant, start=1):
            cost = min(last[to] + 1, row[-1] + 1, last[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == meant[to - 2] and written[at - 2] == other:
                cost = min(cost, before[to - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
