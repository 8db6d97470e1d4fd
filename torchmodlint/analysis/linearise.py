"""The C3 order of a class's ancestors, as Python works it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def linearise(orders: Sequence[Sequence[T]], direct: Sequence[T]) -> tuple[T, ...]:
    """Merge the bases' own orders. Where C3 has no answer (bases read wrongly), depth first with the last kept."""
    pending = [list(order) for order in (*orders, direct) if order]
    merged: list[T] = []
    while pending:
        for order in pending:
            head = order[0]
            if not any(head in other[1:] for other in pending):
                break
        else:
            rest = [item for order in pending for item in order]
            merged.extend(item for at, item in enumerate(rest) if item not in rest[at + 1 :])
            break
        merged.append(head)
        pending = [[item for item in order if item != head] for order in pending]
        pending = [order for order in pending if order]
    return tuple(merged)
