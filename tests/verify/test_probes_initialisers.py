"""TML101 to TML103: who initialises nn.Module, when, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.by_hand import answer_by_hand, by_hand, only

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch


def test_refused_layer_without_initialiser(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4):
            self.linear = nn.Linear(width, width)
    """
    outcome, _, message = only(source, tmp_path, "TML101")
    assert outcome == "confirmed"
    assert "cannot assign module before Module.__init__() call" in message


PART = """
    class Part(nn.Module):
        def __init__(self):
            self.linear = nn.Linear(2, 2)

    class Net(nn.Module):
        def __init__(self):{0}
            part = Part()
            super().__init__()
            self.part = part{1}
"""


@pytest.mark.parametrize(("code", "marks"), [("TML101", ("  # here", "")), ("TML102", ("", "  # here"))])
def test_refused_part_is_not_the_fault_of_the_whole(tmp_path: Path, code: str, marks: tuple[str, str]) -> None:
    assert by_hand(PART.format(*marks), tmp_path, code, "part")[:2] == ("inconclusive", "not-constructed")


def test_path_that_initialises_refutes_nothing_about_the_other(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, deep=True):
            if deep:
                super().__init__()
            self.width = 1
    """
    assert only(source, tmp_path, "TML101")[:2] == ("inconclusive", "synthetic-value")


def test_path_through_a_helper_with_branches(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, deep=True):
            self.start(deep)

        def start(self, deep):
            if deep:
                super().__init__()
    """
    assert only(source, tmp_path, "TML101")[:2] == ("inconclusive", "synthetic-value")


def test_straight_way_to_the_initialiser_refutes(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4):  # here
            self.start()
            self.linear = nn.Linear(width, width)

        def start(self):
            super().__init__()
    """
    assert by_hand(source, tmp_path, "TML101")[0] == "refuted"


def test_metaclass_that_initialises(tmp_path: Path) -> None:
    source = """
    class Meta(type):
        def __call__(cls, *args):
            made = cls.__new__(cls)
            nn.Module.__init__(made)
            made.__init__(*args)
            return made

    class Net(nn.Module, metaclass=Meta):
        def __init__(self):  # here
            self.linear = nn.Linear(2, 2)
    """
    assert by_hand(source, tmp_path, "TML101")[0] == "refuted"


def test_layers_in_a_list_before_the_initialiser_stay_unregistered(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4):
            self.layers = [nn.Linear(width, width)]
            super().__init__()
    """
    outcome, _, message = only(source, tmp_path, "TML102")
    assert outcome == "confirmed"
    assert "1 of 1" in message


@pytest.mark.parametrize("first", ["self.pool = nn.MaxPool2d(2)", "self.register_buffer('table', torch.zeros(2))"])
def test_something_is_refused_before_the_flagged_statement(tmp_path: Path, first: str) -> None:
    source = f"""
    class Net(nn.Module):
        def __init__(self, width=4):
            {first}
            self.proj = nn.Linear(width, width)  # here
            super().__init__()
    """
    outcome, _, message = by_hand(source, tmp_path, "TML102", "proj")
    assert outcome == "confirmed"
    assert message.startswith("nn.Module is not initialised by line 9: torch refuses line 8 already")
    source = source.replace("  # here", "").rstrip() + "\n            self.own = 1  # here"
    assert by_hand(source, tmp_path, "TML102", "own")[:2] == ("inconclusive", "not-constructed")


def test_layers_registered_after_all(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4):
            self.layers = [nn.Linear(width, width)]  # here
            super().__init__()
            self.layers = nn.ModuleList(self.layers)
    """
    assert by_hand(source, tmp_path, "TML102", "layers")[0] == "refuted"


def test_assignment_after_the_initialiser(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4):
            super().__init__()
            self.proj = nn.Linear(width, width)  # here
    """
    assert by_hand(source, tmp_path, "TML102", "proj")[0] == "refuted"


def test_branch_not_taken_by_default_is_taken_for_the_question(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4, early=False):
            if early:
                self.proj = nn.Linear(width, width)  # here
            super().__init__()
    """
    assert by_hand(source, tmp_path, "TML102", "proj")[:2] == ("confirmed", "observed")


def test_branch_not_taken_is_no_refutation(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4):
            if width is nn:
                self.proj = nn.Linear(width, width)  # here
            super().__init__()
    """
    assert by_hand(source, tmp_path, "TML102", "proj")[:2] == ("inconclusive", "unreached-line")


def test_second_run_forgets(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4):
            super().__init__()
            self.proj = nn.Linear(width, width)
            self.register_buffer("mean", torch.zeros(width))
            nn.Module.__init__(self)
    """
    outcome, _, message = only(source, tmp_path, "TML103")
    assert outcome == "confirmed"
    assert "`mean`, `proj`" in message


def test_second_run_makes_the_constructor_fail(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4):
            super().__init__()
            self.proj = nn.Linear(width, width)
            super().__init__()
            nn.init.zeros_(self.proj.weight)
    """
    outcome, _, message = only(source, tmp_path, "TML103")
    assert outcome == "confirmed"
    assert "no attribute 'proj'" in message


def test_second_run_of_a_part_is_another_object(tmp_path: Path) -> None:
    source = """
    class Part(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(2, 2)

    class Net(nn.Module):
        def __init__(self, width=4):
            super().__init__()
            self.proj = nn.Linear(width, width)
            self.part = Part()  # here
    """
    assert by_hand(source, tmp_path, "TML103", "proj")[0] == "refuted"


def test_names_registered_again(tmp_path: Path) -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, width=4):
            super().__init__()
            self.proj = nn.Linear(width, width)
            super().__init__()  # here
            self.proj = nn.Linear(width, width)
    """
    assert by_hand(source, tmp_path, "TML103", "proj")[0] == "refuted"


@pytest.mark.parametrize(("hint", "outcome"), [("nn.Module", "confirmed"), ("object", "inconclusive")])
def test_an_argument_that_is_refused_may_be_no_module(tmp_path: Path, hint: str, outcome: str) -> None:
    source = f"""
        from torch import nn

        class Net(nn.Module):
            def __init__(self, layer: {hint}):
                self.layer = layer  # here
                super().__init__()
                self.norm = nn.LayerNorm(layer.out_features)
    """
    verdict = answer_by_hand(source, tmp_path, "TML102", "Net", "layer", "__init__")
    assert verdict.outcome == outcome, verdict


def test_whatever_the_argument_is_nothing_was_initialised(tmp_path: Path) -> None:
    source = """
        from torch import nn

        class Net(nn.Module):
            def __init__(self, layer):  # here
                self.layer = layer
                self.norm = nn.LayerNorm(layer.out_features)
    """
    verdict = answer_by_hand(source, tmp_path, "TML101", "Net", None, "__init__")
    assert verdict.outcome == "confirmed", verdict


@pytest.mark.parametrize("base", ["mmengine.model.BaseModule", "pytorch_lightning.LightningModule"])
@pytest.mark.parametrize(("code", "late"), [("TML101", ""), ("TML102", "; super().__init__()")])
def test_bases_of_missing_libraries(tmp_path: Path, base: str, code: str, late: str) -> None:
    """They are known to initialise as nn.Module does, and are stood in for by what does no more than that."""
    library, _, name = base.rpartition(".")
    source = f"""
    from {library} import {name}

    class Net({name}):
        def __init__(self):
            self.linear = nn.Linear(2, 2){late}
    """
    assert only(source, tmp_path, code)[0] == "confirmed"
