"""What stays open although a call of the function alone sees something."""

from __future__ import annotations

import pytest

from tests.verify.called import AFTER_TRAINING, Ask

pytestmark = pytest.mark.torch


# What stays open although a call of the function alone sees something.
OPEN = {
    "the mode is the caller's": """
        def evaluate(model, loader):
            with lib.timed():
                for x, y in loader:
                    print(model(x).argmax(1) == y)
    """,
    "the result is given back with its graph": """
        def evaluate(model, loader):
            lib.to_eval(model)
            for x, y in loader:
                out = model(x)
            return out
    """,
    "the result is kept with its graph": """
        def evaluate(model, loader):
            lib.to_eval(model)
            for x, y in loader:
                lib.keep(model(x))
    """,
    "an argument decides": """
        def evaluate(model, loader, quiet=True):
            if quiet:
                lib.to_eval(model)
            for x, y in loader:
                print(model(x).argmax(1))
    """,
    "an argument that cannot be tried both ways decides": """
        def evaluate(model, loader, phase: str):
            with lib.timed():
                model.train(phase == "train")
                for x, y in loader:
                    print(model(x).argmax(1))
    """,
    "what comes of an argument decides": """
        def evaluate(model, loader, phase: str):
            with lib.timed():
                training = phase == "train"
                model.train(training)
                for x, y in loader:
                    print(model(x).argmax(1))
    """,
    "a global name decides": """
        TRAINING = False

        def evaluate(model, loader):
            with lib.timed():
                model.train(TRAINING)
                for x, y in loader:
                    print(model(x).argmax(1))
    """,
    "a helper decides": """
        def prepare(model, kind):
            if kind == "evaluation":
                lib.to_eval(model)

        def evaluate(model, loader, kind: str):
            prepare(model, kind)
            for x, y in loader:
                print(model(x).argmax(1))
    """,
    "an argument decides where the result goes": """
        def evaluate(model, loader, criterion=None):
            total = 0.0
            lib.to_eval(model)
            for x, y in loader:
                out = model(x)
                if criterion:
                    total += criterion(out, y)
            return total
    """,
    "an argument decides so in an expression": """
        def evaluate(model, loader, criterion=None):
            lib.to_eval(model)
            for x, y in loader:
                out = model(x)
                loss = criterion and criterion(out, y)
            return loss
    """,
    "a caller switches gradients off": """
        def evaluate(model, loader):
            lib.to_eval(model)
            for x, y in loader:
                print(model(x).argmax(1))

        def main(model, loader):
            with lib.without_gradients():
                evaluate(model, loader)
    """,
    "it is handed on to a library": """
        def evaluate(model, loader):
            lib.to_eval(model)
            for x, y in loader:
                print(model(x).argmax(1))

        run = lib.timing(evaluate)
    """,
    "a caller is decorated": """
        def evaluate(model, loader):
            lib.to_eval(model)
            for x, y in loader:
                print(model(x).argmax(1))

        @lib.timing
        def main(model, loader):
            evaluate(model, loader)
    """,
    "a method of the model may set its mode": """
        def evaluate(model, loader):
            lib.to_eval(model)
            model.prepare()
            for x, y in loader:
                print(model(x).argmax(1))
    """,
    "it does not come to its end": """
        def evaluate(model, loader):
            lib.to_eval(model)
            for x, y in loader:
                out = model(x)
                undefined(out)
    """,
    "an exception decides": """
        def evaluate(model, loader):
            try:
                loader.shuffle()
            except AttributeError:
                lib.to_eval(model)
            for x, y in loader:
                print(model(x).argmax(1))
    """,
    "nobody knows what an argument is": """
        def evaluate(model, loader, machinery):
            lib.to_eval(model)
            for x, y in loader:
                print(model(x).argmax(1))
    """,
    "the line does not run": """
        def evaluate(model, x, limit: int):
            lib.to_eval(model)
            if limit > 1000:
                print(model(x).argmax(1))
    """,
    "a library is missing": """
        import notinstalled

        def evaluate(model, loader):
            lib.to_eval(model)
            with notinstalled.manager():
                for x, y in loader:
                    print(model(x).argmax(1))
    """,
    "a library makes the object's class": """
        class Trainer(lib.Base):
            def predict(self, x):
                lib.to_eval(self.model)
                print(self.model(x).argmax(1))
    """,
    "a module is not passed in": """
        models = {"best": nn.Linear(2, 2)}

        def evaluate(loader):
            model = models["best"]
            with lib.timed():
                for x, y in loader:
                    print(model(torch.ones(2, 2)).argmax(1))
    """,
}


@pytest.mark.parametrize("why", OPEN)
def test_stays_open(ask: Ask, why: str) -> None:
    verdict = ask(OPEN[why], marked="self.model" if "self.model(" in OPEN[why] else "model")
    assert verdict.outcome == "inconclusive", verdict
    assert verdict.reason != "crashed", verdict


def test_a_model_in_training_because_it_was_passed_in_so(ask: Ask) -> None:
    """TML303: it is trained on, but who put it in training mode is out of sight."""
    verdict = ask(AFTER_TRAINING.format(before="pass", manager="timed()"), "TML303", which=1)
    assert verdict.outcome == "inconclusive", verdict
