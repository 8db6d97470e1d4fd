"""What is noted of the questions that an answer rests on."""

from __future__ import annotations

from contextlib import suppress

from torchmodlint.analysis.cycles import Remembered
from torchmodlint.analysis.grounds import NO, YES, Fact, Ground, Ledger

HERE, THERE = Fact("file", "here", YES), Fact("file", "there", NO)


def test_a_remembered_answer_brings_its_grounds_to_each_asker() -> None:
    ledger = Ledger()
    remembered: Remembered[str, int] = Remembered(0, ledger)

    def inner() -> int:
        ledger.page.add(Ground(lambda: HERE))
        return 1

    def outer() -> int:
        ledger.page.add(Ground(lambda: THERE))
        return 1 + remembered.get("inner", inner)

    assert ledger.record(outer) == (2, frozenset({HERE, THERE}))
    assert ledger.record(lambda: remembered.get("inner", inner)) == (1, frozenset({HERE}))
    assert not ledger.page


def test_what_was_asked_before_an_error_counts_for_whoever_goes_on_without_the_answer() -> None:
    ledger = Ledger()

    def inner() -> int:
        ledger.page.add(Ground(lambda: HERE))
        raise LookupError

    def outer() -> str:
        with suppress(LookupError):
            ledger.keep(inner)
        return "went on"

    assert ledger.record(outer) == ("went on", frozenset({HERE}))
