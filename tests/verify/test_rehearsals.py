"""Rehearsals: where they begin, what they make of classes in sight, and which of their layers ask for the mode."""

from __future__ import annotations

import textwrap

import pytest

from tests.verify.modes import asked, calls, question, runs
from torchmodlint.verify.wire import FileJob

pytestmark = pytest.mark.torch


def test_callers_that_stand_before_what_they_call() -> None:
    """`main` comes to `score` by way of `report`, which is defined after it."""
    from torchmodlint.verify.worker.modes.rehearsal import Rehearsal

    text = textwrap.dedent("""
        def main(model):
            report(model)

        def score(model):
            return model(1)

        def report(model):
            score(model)
    """)
    one = question(text, next(calls(text, "model")))
    rehearsal = Rehearsal(FileJob("net.py", "net.py", "net", text, (one,)), one)
    assert [entry.name for entry in rehearsal.entries] == ["`score`", "`report`", "`main`", "the script"]


def test_forward_is_no_unknown_method() -> None:
    source = """
        def score(model, x):
            model.eval()
            model.forward(x)
            return model(x).item()
    """
    for run in runs(source):
        assert [(one.training, one.doubt) for one in run.tape.calls] == [(False, None), (False, None)]


def test_constructors_that_hand_on_what_they_are_given() -> None:
    source = """
        class Experiment:
            def __init__(self, folder, *, seed):
                self.folder = folder

        class Classification(Experiment):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)

            def score(self, model, x):
                model.eval()
                return model(x).item()
    """
    assert [[one.training for one in run.tape.calls] for run in runs(source)] == [[False]]


def test_a_decorator_out_of_sight_keeps_the_parameters() -> None:
    source = """
        from library import timing

        @timing
        def score(model, x):
            model.eval()
            return model(x).item()
    """
    (run,) = runs(source)
    assert [one.training for one in run.tape.calls] == [False]
    assert "timing" in (run.tape.calls[0].doubt or "")


def test_what_leads_to_exit_is_not_the_way() -> None:
    source = """
        def score(model, x):
            model.eval()
            if x.broken:
                print("broken")
                exit()
            return model(x).item()
    """
    assert [one.training for one in runs(source)[0].tape.calls] == [False]


def test_a_module_that_replaces_its_parameters() -> None:
    source = """
        from torch import nn

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parameters = []
                self.parameters = nn.ParameterList(self.parameters)

            def fit(self, model, x):
                self.train()
                self.loss = model(self(x))
                self.loss.backward()
                self.eval()
    """
    for run in runs(source):
        assert run.failed is None
        assert [one.stepped for one in run.tape.calls] == [True, True]


SOURCE = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.layers = nn.ModuleList([{layer} for _ in range(2)])

    def forward(self, x):
        for layer in self.layers:
            x = {use}
        return x

def predict(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        return model(x)
"""
LAYERS = {
    "nn.Linear(8, 8)": ("layer(x)", "inconclusive", ""),
    "nn.LayerNorm(8)": ("layer(x)", "inconclusive", ""),
    "nn.Dropout(0.5)": ("layer(x)", "confirmed", "2 Dropout"),
    "nn.BatchNorm2d(8)": ("layer(x)", "confirmed", "2 BatchNorm2d"),
    "nn.LSTM(8, 8, 2, dropout=0.5)": ("layer(x)", "confirmed", "2 LSTM"),
    "nn.TransformerEncoder(layer, 2)": ("layer(x)", "confirmed", "2 TransformerEncoder"),
    "library.Block(8)": ("layer(x)", "confirmed", None),
    "nn.Conv2d(8, 8, 1)": (
        "nn.functional.dropout(layer(x), training=self.training)",
        "confirmed",
        "1 Net",
    ),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_that_ask_for_the_mode(layer: str) -> None:
    use, outcome, told = LAYERS[layer]
    text = SOURCE.format(layer=layer, use=use)
    verdict = asked(text, question(text, next(calls(text, "model")), "TML301"))
    assert (verdict.outcome, verdict.evidence["layers"]) == (outcome, told)


TWO = """
import torch

def step(loss, optimizer):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

def evaluate(model, other, x):
    model.eval()
    other.eval()
    with torch.no_grad():
        return model(x), other(x)

def fit(model, other, loader, x, optimizer):
    trains_both = {first}
    for _ in range(2):
        model.train()
        for y in loader:
            step(model(y).sum(), optimizer)
        if trains_both:
            step(other(x).sum(), optimizer)
        evaluate(model, other, x)
        trains_both = True
"""


@pytest.mark.parametrize(("first", "outcome"), [("True", "confirmed"), ("False", "inconclusive")])
def test_one_of_two_models_does_not_speak_for_both(first: str, outcome: str) -> None:
    """The first is put back before it trains; the other is not, and in the second case has no step before."""
    text = TWO.format(first=first)
    assert asked(text, question(text, next(calls(text, "evaluate")), "TML304")).outcome == outcome


def test_part_that_was_called_before_anything_said_that_it_is_a_model() -> None:
    text = textwrap.dedent("""
        import torch

        def evaluate(backbone, head, x):
            backbone.eval()
            with torch.no_grad():
                return head(backbone(x))

        def fit(model, head, loader, x):
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            for _ in range(2):
                for y in loader:
                    loss = head(model.encoder(y)).sum()
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                evaluate(model.encoder, head, x)
    """)
    assert asked(text, question(text, next(calls(text, "evaluate")), "TML304")).outcome == "confirmed"
