"""Remembering the answers of a recursive question without letting a cycle spoil them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from torchmodlint.analysis.grounds import Kept, Ledger

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Answers by key. A question that meets itself gets `inside` for an answer.

    What was worked out from such a stopgap holds for the asker alone and is not kept, so that the answers do not
    depend on which question came first.
    """

    def __init__(self, inside: V, ledger: Ledger) -> None:
        self._inside = inside
        self._ledger = ledger
        self._answers: dict[K, Kept[V]] = {}
        self._open: dict[K, int] = {}
        self._lowest = 0  # the outermost open question that a stopgap stood for, as a place in `_open`

    def get(self, key: K, work_out: Callable[[], V]) -> V:
        """The answer to `key`, worked out at the first asking."""
        known = self._answers.get(key)
        if known is not None:
            self._ledger.page.add(known)  # type: ignore[arg-type]  # as in `Ledger.keep`
            return known.answer
        if key in self._open:
            self._lowest = min(self._lowest, self._open[key])
            return self._inside
        place = len(self._open)
        self._open[key] = place
        outer, self._lowest = self._lowest if place else 1_000_000, 1_000_000
        try:
            kept = self._ledger.keep(work_out)
        finally:
            del self._open[key]
            mine, self._lowest = self._lowest, min(self._lowest, outer)
        if mine >= place:
            self._answers[key] = kept
            self._lowest = outer
        return kept.answer
