"""The rules' own examples: every finding in bad code is confirmed, and nothing in good code can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import findings_in, rules_with
from tests.verify.asking import verdicts
from tests.verify.by_hand import answers_to, questions_about
from torchmodlint.engine.registry import all_rules
from torchmodlint.rules.base import Bad, Good

if TYPE_CHECKING:
    from pathlib import Path

    from torchmodlint.rules.base import Rule

pytestmark = pytest.mark.torch

FAMILIES = ("TML1", "TML2")  # of what is seen by building and calling a class
RULES = [rule for rule in all_rules() if rule.code.startswith(FAMILIES)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.code))
def test_bad_example_is_confirmed(rule: type[Rule], tmp_path: Path) -> None:
    for example in [one for one in rule.examples if isinstance(one, Bad)]:
        told = verdicts(example.text, tmp_path, rule.code)
        assert told
        for _, _, verdict in told:
            assert verdict.outcome == "confirmed", verdict
            assert verdict.reason == "observed"
            assert "\n" not in verdict.message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.code))
def test_good_example_is_never_confirmed(rule: type[Rule], tmp_path: Path) -> None:
    bad = [one for one in rule.examples if isinstance(one, Bad)]
    found = [each for one in bad for each in findings_in(one.text, rules_with(rule.code), tmp_path / "bad.py")]
    attributes = {each.subject.attribute for each in found}
    for example in [one for one in rule.examples if isinstance(one, Good)]:
        questions = questions_about(example.text, rule.code, attributes)
        assert questions
        for question, verdict in zip(questions, answers_to(example.text, tmp_path, questions), strict=True):
            assert verdict.outcome != "confirmed", (question, verdict)
            assert verdict.reason != "crashed", (question, verdict)
