"""Rehearsals: the state in which a call finds a module, on every path, with nothing of the user's imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.modes import modes, runs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

STATES = {
    "eval": ("model.eval(); model(x)", [[(False, True)]]),
    "train_false": ("model.train(mode=False); model(x)", [[(False, True)]]),
    "no_grad": ("model.train()\n    with torch.no_grad():\n        model(x)", [[(True, False)]]),
    "statement": ("torch.set_grad_enabled(False); model.eval(); model(x)", [[(False, False)]]),
    "unbound": ("nn.Module.eval(model); model(x)", [[(False, True)]]),
    "another_name": ("net = model.to(x.device); net.eval(); model(x)", [[(False, True)]]),
    "getattr": ('getattr(model, "eval")(); model(x)', [[(False, True)]]),
    "two_rounds": ("model.eval()\n    for batch in x:\n        model(batch)", [[(False, True)] * 2]),
    "both_ways": (
        "if x:\n        model.eval()\n    else:\n        model.train()\n    model(x)",
        [[(False, True)], [(True, True)]],
    ),
    "same_test": (
        "if x.a == 1:\n        model.eval()\n    if x.a != 1:\n        model.train()\n    model(x)",
        [[(False, True)], [(True, True)]],
    ),
    "one_of_three": (
        "if x == 1:\n        model.train()\n    elif x == 2:\n        model.eval()\n    if x == 2:\n        model(x)",
        [[], [(False, True)], []],
    ),
    "a_flag_between": (
        "wanted = False\n    if x:\n        wanted = True\n    if wanted:\n        model.eval()\n    model(x)",
        [[(False, True)], [(True, True)]],
    ),
    "no_matter": ("model.eval()\n    if x.verbose:\n        print(x)\n    model(x)", [[(False, True)]]),
    "restored": (
        "before = model.training\n    model.eval()\n    model.train(before)\n    model(x)",
        [[(True, True)], [(False, True)]],
    ),
    "whole_and_part": ("model.body.eval(); model.train(); model.body(x)", [[(True, True)]]),
    "in_a_container": ("for one in (model, x):\n        one.eval()\n    model(x)", [[(False, True)]]),
    "by_apply": ("model.train()\n    model.apply(lambda one: one.eval())\n    model(x)", [[(False, True)]]),
}


@pytest.mark.parametrize("name", STATES)
def test_states(name: str) -> None:
    body, expected = STATES[name]
    source = f"import torch\nfrom torch import nn\n\ndef f(model, x):\n    {body}\n"
    marked = "model.body" if name == "whole_and_part" else "model"
    assert modes(source, marked) == expected


def test_an_override_of_train_is_run() -> None:
    source = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.part = nn.Dropout()

        def train(self, mode=True):
            super().train(mode)
            self.part.eval()
            return self

    def f(x):
        model = Net().train()
        model(x)
    """
    (run,) = runs(source)
    assert [sorted(one.flags) for one in run.tape.calls if not one.inner] == [[False, True]]


def test_a_manager_of_the_file_is_run() -> None:
    source = """
    import contextlib
    import torch

    @contextlib.contextmanager
    def evaluating(model):
        model.eval()
        with torch.no_grad():
            yield
        model.train()

    def f(model, x):
        with evaluating(model):
            model(x)
        model(x)
    """
    assert modes(source) == [[(False, False), (True, True)]]


def test_what_is_out_of_sight_leaves_the_mode_unknown() -> None:
    source = """
    from elsewhere import prepare, quietly

    def f(model, x):
        model.eval()
        prepare(model)
        model(x)
        model.eval()
        with quietly():
            model(x)
        model.freeze()
        model(x)
    """
    (run,) = runs(source)
    doubts = [(one.known, one.doubt) for one in run.tape.calls if one.plain]
    assert [known for known, _ in doubts] == [False, False, False]
    assert "elsewhere.prepare" in str(doubts[0][1])
    assert "elsewhere.quietly" in str(doubts[1][1])
    assert "freeze" in str(doubts[2][1])


def test_a_helper_of_another_file_is_in_sight(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("def prepare(model):\n    return model.eval()\n")
    source = """
    from helpers import prepare

    def f(model, x):
        model = prepare(model)
        model(x)
    """
    (run,) = runs(source, folder=tmp_path)
    assert [(one.training, one.known) for one in run.tape.calls] == [(False, True)]


def test_a_whole_model_comes_back_in_the_mode_in_which_it_was_saved() -> None:
    (run,) = runs("import torch\n\ndef f(path, x):\n    model = torch.load(path)\n    model(x)\n")
    assert [one.known for one in run.tape.calls] == [False]


def test_a_backward_pass_is_a_real_one() -> None:
    source = """
    import torch
    import torch.nn.functional as F

    def f(model, loader, optimizer):
        for x, y in loader:
            F.mse_loss(model(x), y).backward()
        with torch.no_grad():
            loss = model(x).mean()
            loss.backward()
    """
    (run,) = runs(source)
    assert [one.stepped for one in run.tape.calls] == [True, True, False]
    assert [one.error is None for one in run.tape.backwards] == [True, True, False]
    assert "does not require grad" in str(run.tape.backwards[-1].error)


def test_frozen_parameters_record_no_graph() -> None:
    source = """
    def f(model, x):
        for parameter in model.parameters():
            parameter.requires_grad = False
        model(x)
    """
    (run,) = runs(source)
    assert [one.records for one in run.tape.calls] == [False]


def test_nothing_of_the_user_is_imported_or_written(tmp_path: Path) -> None:
    source = f"""
    import os, subprocess, not_installed_anywhere

    subprocess.run(["touch", {str(tmp_path / "made")!r}])
    open({str(tmp_path / "written")!r}, "w").write("x")

    def f(model, x):
        os.remove({str(tmp_path)!r})
        model(not_installed_anywhere.load(x))
    """
    (run,) = runs(source)
    assert run.failed is None
    assert len(run.tape.calls) == 1
    assert list(tmp_path.iterdir()) == []


def test_endless_code_ends() -> None:
    source = """
    def g(x):
        return g(x)

    def f(model, x):
        while True:
            x += 1
        model(g(x))
    """
    (run,) = runs(source)
    assert run.failed == "too many calls"


def test_twice_the_same() -> None:
    source = """
    import torch

    def f(model, loader, args):
        for x in loader:
            if args.flag or x.any():
                model.eval()
            if not args.flag:
                model.train(x.sum() > 0)
            model(x)
    """
    first = modes(source)
    assert len(first) > 4
    assert first == modes(source)
