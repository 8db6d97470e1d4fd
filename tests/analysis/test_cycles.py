"""Answers to a recursive question do not depend on where the asking began."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torchmodlint.analysis.cycles import Remembered
from torchmodlint.analysis.grounds import Ledger

Graph = dict[int, list[int]]


class Reach:
    """What can be reached from a node: a question that asks itself in circles."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.worked = 0
        self.memory: Remembered[int, frozenset[int]] = Remembered(frozenset(), Ledger())

    def ask(self, node: int) -> frozenset[int]:
        return self.memory.get(node, lambda: self._work_out(node))

    def _work_out(self, node: int) -> frozenset[int]:
        self.worked += 1
        return frozenset([node]).union(*(self.ask(one) for one in self.graph.get(node, ())))


def test_answer_is_worked_out_once() -> None:
    reach = Reach({0: [1, 2], 1: [3], 2: [3]})
    assert reach.ask(0) == reach.ask(0) == {0, 1, 2, 3}
    assert reach.worked == 4


def test_question_that_meets_itself() -> None:
    reach = Reach({0: [0]})
    assert reach.ask(0) == {0}
    assert reach.worked == 1
    assert reach.ask(0) == {0}
    assert reach.worked == 1


def test_stopgap_is_not_kept() -> None:
    reach = Reach({0: [1], 1: [0, 2]})
    assert reach.ask(0) == {0, 1, 2}
    assert reach.ask(1) == {0, 1, 2}


def test_answer_beside_a_cycle_is_kept() -> None:
    reach = Reach({0: [1, 2], 1: [0], 2: [3]})
    reach.ask(0)
    worked = reach.worked
    reach.ask(2)
    reach.ask(3)
    assert reach.worked == worked


def test_failure_leaves_nothing_open() -> None:
    memory: Remembered[str, int] = Remembered(-1, Ledger())
    with pytest.raises(ZeroDivisionError):
        memory.get("a", lambda: memory.get("b", lambda: 1 // 0))
    assert memory.get("b", lambda: 2) == 2
    assert memory.get("a", lambda: memory.get("b", lambda: 3) + 1) == 3


@given(st.dictionaries(st.integers(0, 4), st.lists(st.integers(0, 4), max_size=3), max_size=5))
def test_order_of_questions(graph: Graph) -> None:
    nodes = range(5)
    expected = {node: Reach(graph).ask(node) for node in nodes}
    for order in list(permutations(nodes))[::7]:
        reach = Reach(graph)
        assert {node: reach.ask(node) for node in order} == expected
