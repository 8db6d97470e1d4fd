"""Shared by the tests of called functions: a library out of sight, and somebody who asks about code that uses it."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from tests.verify.modes import calls, question
from torchmodlint.verify.wire import FileJob, Options, PackageJob

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from torchmodlint.core.verdict import Verdict

# A library, out of sight for a rehearsal, that does what its names say.
LIBRARY = """
    import contextlib
    import functools

    import torch

    @contextlib.contextmanager
    def timed():
        yield

    @contextlib.contextmanager
    def evaluating(model):
        before = model.training
        model.eval()
        yield
        model.train(before)

    @contextlib.contextmanager
    def without_gradients():
        with torch.no_grad():
            yield

    def timing(function):
        @functools.wraps(function)
        def timed(*arguments, **keywords):
            return function(*arguments, **keywords)
        return timed

    def to_eval(model):
        return model.eval()

    def summary(model):
        return sum(one.numel() for one in model.parameters())

    def keep(value, kept=[]):
        kept.append(value)

    def to_train(model):
        return model.train()

    def back(value):
        value.sum().backward()

    def build():
        return torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Dropout())

    class Base(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = build()
"""
HEAD = "import torch\nfrom torch import nn\nimport outofsight as lib\n"


AFTER_TRAINING = """
        def fit(model, loader, optimizer, criterion):
            {before}
            for x, y in loader:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            with torch.no_grad(), lib.{manager}:
                for x, y in loader:
                    print(model(x).argmax(1))
"""


class Ask:
    """Asks about the first call of `model` in a source, or of what is marked otherwise."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        library = folder / "site-packages"
        library.mkdir()
        (library / "outofsight.py").write_text(textwrap.dedent(LIBRARY))
        monkeypatch.syspath_prepend(str(library))
        self.project = folder / "project"
        self.project.mkdir()

    def __call__(
        self, source: str, code: str = "TML302", marked: str = "model", which: int = 0, options: Options | None = None
    ) -> Verdict:
        from torchmodlint.verify.worker.case import Case
        from torchmodlint.verify.worker.importer.load import load
        from torchmodlint.verify.worker.subject import answer

        text = HEAD + textwrap.dedent(source).strip("\n") + "\n"
        file = self.project / "task.py"
        file.write_text(text)
        one = question(text, list(calls(text, marked))[which], code)
        job = FileJob(str(file), "task.py", "task", text, (one,))
        sys.modules.pop("task", None)
        loaded = load(PackageJob(str(self.project), (str(self.project),), (job,)), job)
        return answer(Case(loaded, None, options or Options()), one)
