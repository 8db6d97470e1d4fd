"""TML305, TML306 and TML308 to TML312: on built objects, or by rehearsal where there is none to look at."""

from __future__ import annotations

import ast
import sys
from inspect import cleandoc
from typing import TYPE_CHECKING

import pytest

from tests.verify.asking import verdicts
from tests.verify.modes import question
from torchmodlint.engine.registry import all_rules
from torchmodlint.verify.wire import FileJob, Options, PackageJob, Question

if TYPE_CHECKING:
    from pathlib import Path

    from torchmodlint.core.verdict import Verdict
    from torchmodlint.rules.base import Rule

pytestmark = pytest.mark.torch

CODES = ("TML305", "TML306", "TML308", "TML309", "TML310", "TML311", "TML312")
RULES = [rule for rule in all_rules() if rule.code in CODES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_bad_examples(rule: type[Rule], tmp_path: Path) -> None:
    for example in rule.examples:
        for _, code, verdict in verdicts(example.code, tmp_path, rule.code):
            if code == rule.code and "torchvision" not in example.code:
                assert verdict.outcome == "confirmed", verdict
            assert verdict.outcome != "refuted", verdict


def ask(source: str, folder: Path, code: str, line: int, owner: str | None, **more: str | None) -> Verdict:
    """The verdict on a question about a statement or expression that no rule has found."""
    from torchmodlint.verify.worker.case import Case
    from torchmodlint.verify.worker.importer.load import load
    from torchmodlint.verify.worker.subject import answer

    text = cleandoc(source) + "\n"
    file = folder / "asked.py"
    file.write_text(text)
    nodes = [one for one in ast.walk(ast.parse(text)) if getattr(one, "lineno", 0) == line]
    calls = [one for one in nodes if isinstance(one, ast.Call)]
    wanted = calls[0] if calls else next(one for one in nodes if isinstance(one, (ast.stmt, ast.expr)))
    placed = question(text, wanted, code)  # type: ignore[arg-type]
    one = Question(**{**vars(placed), "owner": owner, **more})
    job = FileJob(str(file), "asked.py", "asked", text, (one,))
    sys.modules.pop("asked", None)  # another test's file of that name
    loaded = load(PackageJob("asked", (str(folder),), (job,)), job)
    return answer(Case(loaded, owner, Options()), one)


DROPOUT = """
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self, rate=0.0):
            super().__init__()
            self.rate = rate
            self.body = nn.Linear(8, 8)

        def forward(self, x):
            return F.dropout(self.body(x), {arguments})
"""


@pytest.mark.parametrize(
    ("arguments", "outcome"),
    [
        ("0.3", "confirmed"),
        ("self.rate", "confirmed"),  # 0 by default; built once more with another rate
        ("0.3, training=self.training", "refuted"),
        ("0.3 if self.training else 0.0", "refuted"),
        ("0.0", "inconclusive"),
    ],
)
def test_dropout(arguments: str, outcome: str, tmp_path: Path) -> None:
    source = cleandoc(DROPOUT).replace("{arguments}", arguments)
    verdict = ask(source, tmp_path, "TML305", 11, "Net", function="forward")
    assert verdict.outcome == outcome, verdict


def test_two_dropouts_on_one_line_are_told_apart(tmp_path: Path) -> None:
    source = cleandoc(DROPOUT).replace("{arguments}", "0.3, training=self.training) + F.dropout(x, 0.5")
    verdict = ask(source, tmp_path, "TML305", 11, "Net", function="forward")
    assert verdict.outcome == "refuted", verdict


def test_a_function_outside_of_classes_is_reached_through_one(tmp_path: Path) -> None:
    source = """
    import torch.nn.functional as F
    from torch import nn

    def drop(x):
        return F.dropout(x, 0.4)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Linear(8, 8)

        def forward(self, x):
            return drop(self.body(x))
    """
    assert ask(source, tmp_path, "TML305", 5, None, function="drop").outcome == "confirmed"


OVERRIDE = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(4)
            self.fixed = False

        def train(self, mode=True):
            {first}
            {second}
"""


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("super().train(mode)", "return self", "refuted"),
        ("super().train(mode)", "self.norm.eval()", "confirmed"),  # nothing comes back
        ("super().train()", "return self", "confirmed"),
        ("self.training = mode", "return self", "confirmed"),
        ("if self.fixed: return None", "return super().train(mode)", "inconclusive"),
        ("mode = mode.item()", "return super().train(mode)", "inconclusive"),
    ],
)
def test_override_of_train(first: str, second: str, outcome: str, tmp_path: Path) -> None:
    source = cleandoc(OVERRIDE).replace("{first}", first).replace("{second}", second)
    verdict = ask(source, tmp_path, "TML309", 9, "Net", function="train")
    assert verdict.outcome == outcome, verdict


def test_freezing_that_lasts(tmp_path: Path) -> None:
    source = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
            self.body.eval()

        def train(self, mode=True):
            super().train(mode)
            self.body.eval()
            return self
    """
    verdict = ask(source, tmp_path, "TML311", 7, "Net", attribute="body", function="__init__")
    assert verdict.outcome == "refuted", verdict


PROPERTY = """
    from torch import nn

    class Part(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Linear(4, 4)

        @property
        def {name}(self):
            return True

        @{name}.setter
        def {name}(self, value):
            if "body" in self._modules:
                self.body.requires_grad_(bool(value))
                self.body.train(bool(value))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.part = Part()
            self.part.{name} = False

        def forward(self, x):
            return self.part.body(x)
"""


@pytest.mark.parametrize(
    ("code", "name"), [("TML308", "requires_grad"), ("TML310", "require_grad"), ("TML312", "training")]
)
def test_an_assignment_that_a_class_makes_work(code: str, name: str, tmp_path: Path) -> None:
    source = cleandoc(PROPERTY).replace("{name}", name)
    verdict = ask(source, tmp_path, code, 22, "Net", attribute=name, function="__init__")
    assert verdict.outcome == "refuted", verdict
    loose = source + f"\n\ndef switch():\n    part = Part()\n    part.{name} = False\n"
    verdict = ask(loose, tmp_path, code, loose.count("\n"), None, attribute=name, function="switch")
    assert verdict.outcome == "refuted", verdict


def test_a_local_tensor_with_a_misspelt_flag(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn

    class Table(nn.Module):
        def __init__(self, size=4):
            super().__init__()
            rows = torch.zeros(size, size)
            rows.require_grad = False
            self.register_buffer("rows", rows)

        def forward(self, x):
            return x + self.rows
    """
    ((_, _, verdict),) = verdicts(source, tmp_path, "TML310")
    assert verdict.outcome == "confirmed", verdict


def test_what_has_no_built_object_is_rehearsed(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn
    from not_installed_anywhere import Encoder

    def freeze(path):
        model = nn.Sequential(nn.Linear(4, 4), nn.Dropout())
        model.requires_grad = False
        model.training = False
        model.eval
        return model
    """
    found = {code: verdict for _, code, verdict in verdicts(source, tmp_path)}
    assert {code: str(found[code].outcome) for code in ("TML306", "TML308", "TML312")} == dict.fromkeys(
        ("TML306", "TML308", "TML312"), "confirmed"
    )
