"""TML301 to 304 and TML307, by rehearsal: the rules' examples, and all case files with their look-alikes."""

from __future__ import annotations

import ast
import dataclasses
from inspect import cleandoc
from typing import TYPE_CHECKING

import pytest

from tests.harness import expected, findings_in, rules_with
from tests.paths import ROOT
from tests.verify.modes import asked, calls, question
from torchmodlint.analysis.project import Project
from torchmodlint.engine.registry import all_rules
from torchmodlint.verify.targets import jobs

if TYPE_CHECKING:
    from pathlib import Path

    from torchmodlint.rules.base import Rule
    from torchmodlint.verify.wire import Question

pytestmark = pytest.mark.torch

CODES = ("TML301", "TML302", "TML303", "TML304", "TML307")
RULES = [rule for rule in all_rules() if rule.code in CODES]
CASES = ROOT / "tests" / "cases"
FILES = [file for code in CODES for file in sorted((CASES / code).rglob("*.py"))]

# Functions of the case files in which the state is as the rule says, and which it leaves alone for another reason:
# it is what is meant, nobody looks at the result, a caller in another file decides, or
# the finding is reported where the helper is called.
FACTS = {
    "TML301": {"asserted", "flops", "forward", "samples", "scores", "shapes_and_graphs", "warm_up"},
    "TML302": {
        "compared", "decorated_caller", "hooks_only", "inference_mode_off", "made_up_by_a_helper", "module_of_its_own",
        "once", "score", "shapes", "speed", "switch_with_true", "switched_on_again", "timed", "unused", "wrapped",
    },
    "TML303": {
        "checkpointed", "fit", "running_statistics", "running_statistics_without_train", "statistics_again",
        "validation_loss",
    },
    "TML304": {"evaluate_through", "fit_what_is_inside", "frozen_from_some_epoch_on", "test", "validate"},
    "TML307": {"inner_enabled_too_late", "helper_does_not_record"},
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_bad_examples(rule: type[Rule], tmp_path: Path) -> None:
    for example in rule.examples:
        for one, text in _questions(cleandoc(example.code), rule.code, tmp_path / "net.py", tmp_path):
            verdict = asked(text, one)
            assert verdict.outcome == "confirmed", verdict
            assert verdict.evidence


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_good_examples(rule: type[Rule]) -> None:
    """Every call of them, asked as if it had been found."""
    for example in rule.examples:
        if "# TML" in example.code:
            continue
        text = cleandoc(example.code)
        verdicts = [asked(text, question(text, node, rule.code)) for node in calls(text)]
        assert verdicts
        assert not [one for one in verdicts if one.outcome == "confirmed"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(CASES).as_posix())
def test_findings_in_cases(file: Path) -> None:
    """What is found there is never refuted."""
    code = file.relative_to(CASES).parts[0]
    root = CASES / code if file.parent == CASES / code else CASES / code / file.relative_to(CASES).parts[1]
    found = [asked(text, one, str(file), file.stem) for one, text in _questions(file.read_text(), code, file, root)]
    assert {str(one.outcome) for one in found} <= {"confirmed", "inconclusive"}
    assert not [one for one in found if one.reason == "crashed"]
    if len(found) > 3:
        assert sum(one.outcome == "confirmed" for one in found) >= 0.75 * len(found)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(CASES).as_posix())
def test_look_alikes_in_cases(file: Path) -> None:
    """What is not found there is not confirmed, where it is a question of modes and gradients."""
    code = file.relative_to(CASES).parts[0]
    text = file.read_text()
    lines = {line for line, _ in expected(file.read_bytes())}
    for function in _quiet(text, lines):
        for node in _called(function, code)[:1]:
            verdict = asked(text, question(text, node, code), str(file), file.stem)
            assert verdict.reason != "crashed", (function.name, verdict)
            if function.name not in FACTS[code]:
                assert verdict.outcome != "confirmed", (function.name, node.lineno, verdict)


def _questions(text: str, code: str, file: Path, root: Path) -> list[tuple[Question, str]]:
    found = [one for one in findings_in(text, rules_with(code), file, Project(root)) if one.code == code]
    placed = [dataclasses.replace(one, path=str(file)) for one in found]
    made = jobs(placed, root, {str(file): text})
    return [(one, job.text) for package in made for job in package.files for one in job.questions]


def _quiet(text: str, lines: set[int]) -> list[ast.FunctionDef]:
    """The functions in which nothing is expected."""
    functions = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.FunctionDef)]
    return [one for one in functions if not lines.intersection(range(one.lineno, (one.end_lineno or 0) + 1))]


def _called(function: ast.FunctionDef, code: str) -> list[ast.Call]:
    """The calls that could be found by a hasty rule."""
    made = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
    words = {"TML304": ("eval", "evaluate", "score"), "TML307": ("backward", "grad")}.get(code, ())
    names = ("model", "net", "self.model", "self.net", "fast", "student", "member", "ema", "scripted", "frozen")
    return [one for one in made if ast.unparse(one.func).rpartition(".")[2] in words or ast.unparse(one.func) in names]
