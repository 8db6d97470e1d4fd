"""Called functions: what a rehearsal leaves open, asked of the user's own function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.called import AFTER_TRAINING, Ask
from torchmodlint.verify.wire import Options

if TYPE_CHECKING:
    from torchmodlint.core.verdict import Verdict

pytestmark = pytest.mark.torch


CONFIRMED = {
    "TML302, under a manager of a library": """
        def evaluate(model, loader):
            model.eval()
            correct = 0
            with lib.timed():
                for x, y in loader:
                    correct += (model(x).argmax(1) == y).sum().item()
            return correct / len(loader.dataset)
    """,
    "TML302, put in eval mode by a library": """
        def evaluate(model, loader, criterion, device):
            lib.to_eval(model)
            total = 0.0
            for batch, (x, y) in enumerate(loader):
                total += criterion(model(x.to(device)), y.to(device)).item()
            return total
    """,
    "TML302, decorated by a library": """
        @lib.timing
        def evaluate(model, loader):
            lib.to_eval(model)
            for batch in loader:
                print(model(batch["image"]).argmax(1) == batch["label"])
    """,
    "TML302, values for targets": """
        def evaluate(model, loader):
            lib.to_eval(model)
            criterion = nn.BCEWithLogitsLoss()
            for x, y in loader:
                print(criterion(model(x), y).item())
    """,
    "TML302, two outputs": """
        def evaluate(model, loader):
            lib.to_eval(model)
            for x in loader:
                mean, spread = model(x)
                print(mean.detach(), spread.detach())
    """,
    "TML302, a method": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(4, 2)

            def forward(self, x):
                return self.layer(x)

            def predict(self, x):
                lib.to_eval(self)
                return self(x).argmax(1)
    """,
    "TML302, in eval mode and out of it": """
        def evaluate(model, loader):
            with lib.evaluating(model):
                for x, y in loader:
                    print(model(x).argmax(1))
    """,
    "TML301, built and loaded by the function": """
        def predict(x):
            model = lib.build()
            model.load_state_dict(lib.build().state_dict())
            return model(torch.ones(1, 2)).argmax(1)
    """,
    "TML303, under a manager of a library": AFTER_TRAINING.format(before="model.train()", manager="timed()"),
    "TML304, beside a function of a library": """
        def fit(model, loader, optimizer, criterion):
            model.train()
            for epoch in range(3):
                for x, y in loader:
                    lib.summary(model)
                    optimizer.zero_grad()
                    criterion(model(x), y).backward()
                    optimizer.step()
                model.eval()
    """,
}
REFUTED = {
    "TML302, gradients off by a library": """
        def evaluate(model, loader):
            model.eval()
            with lib.without_gradients():
                for x, y in loader:
                    print(model(x).argmax(1))
    """,
    "TML302, trained by a library": """
        def evaluate(model, loader):
            lib.to_eval(model)
            for x, y in loader:
                lib.back(model(x))
    """,
    "TML303, in eval mode by a library": AFTER_TRAINING.format(before="model.train()", manager="evaluating(model)"),
    "TML304, undone by a library": """
        def fit(model, loader, optimizer, criterion):
            model.train()
            for epoch in range(3):
                for x, y in loader:
                    optimizer.zero_grad()
                    criterion(model(x), y).backward()
                    optimizer.step()
                model.eval()
                lib.to_train(model)
    """,
}
MARKED = {"TML302, a method": "self", "TML304": "model.eval"}


def _asked(ask: Ask, name: str, source: str) -> Verdict:
    code = name[:6]
    marked = MARKED.get(name, MARKED.get(code, "model"))
    return ask(source, code, marked, which=1 if code == "TML303" else 0)


@pytest.mark.parametrize("name", CONFIRMED)
def test_confirmed(ask: Ask, name: str) -> None:
    verdict = _asked(ask, name, CONFIRMED[name])
    assert verdict.outcome == "confirmed", verdict
    assert verdict.evidence["started"] == ["training", "eval"]
    assert "in a call of `" in verdict.message


@pytest.mark.parametrize("name", REFUTED)
def test_refuted(ask: Ask, name: str) -> None:
    verdict = _asked(ask, name, REFUTED[name])
    assert verdict.outcome == "refuted", verdict
    assert verdict.evidence["started"] == ["training", "eval"]


def test_not_against_what_a_rehearsal_has_seen(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    from torchmodlint.core.verdict import Reason
    from torchmodlint.verify.worker.called import asking
    from torchmodlint.verify.worker.modes.judge import Open
    from torchmodlint.verify.worker.modes.rehearsal import Sight

    def divided(*arguments: object) -> None:
        left = Open(Reason.UNSUPPORTED, "1 of 2 paths show it")
        left.sights = frozenset(seen)
        raise left

    monkeypatch.setattr(asking, "rehearsed", divided)
    source = CONFIRMED["TML302, under a manager of a library"]
    seen = [Sight.SHOWN, Sight.UNSURE]
    assert ask(source).outcome == "confirmed"
    seen = [Sight.SHOWN, Sight.DENIED]
    verdict = ask(source)
    assert verdict.outcome == "inconclusive"
    assert verdict.message == "1 of 2 paths show it"


def test_torch_is_left_as_it_was(ask: Ask) -> None:
    import torch
    from torch import nn

    before = (nn.Module.train, nn.Module.load_state_dict, nn.Module.__init__, torch.is_grad_enabled())
    ask(CONFIRMED["TML302, under a manager of a library"])
    ask(REFUTED["TML302, gradients off by a library"])
    assert before == (nn.Module.train, nn.Module.load_state_dict, nn.Module.__init__, torch.is_grad_enabled())
    assert not nn.modules.module._global_forward_hooks
    assert not nn.modules.module._global_forward_pre_hooks


def test_a_function_that_runs_on(ask: Ask) -> None:
    source = """
        def evaluate(model, loader):
            lib.to_eval(model)
            while lib:
                for x, y in loader:
                    print(model(x).argmax(1))
    """
    assert ask(source, options=Options(timeout=2)).outcome == "inconclusive"
