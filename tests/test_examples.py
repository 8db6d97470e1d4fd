"""Every rule's examples: the marked lines of a Bad one are found and nothing else; in a Good one nothing is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.harness import expected, findings_in, pairs, rules_with
from torchmodlint.engine.registry import all_rules
from torchmodlint.rules.base import Bad, Good

if TYPE_CHECKING:
    from pathlib import Path

    from torchmodlint.rules.base import Rule

UNFILLED = re.compile(r"\{\w*\}")


def _examples(kind: type[Bad | Good]) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in all_rules()
        for number, example in enumerate(rule.examples, start=1)
        if isinstance(example, kind)
    ]


@pytest.mark.parametrize(("rule", "example"), _examples(Bad))
def test_bad_example_is_found_where_it_is_marked(rule: type[Rule], example: Bad, tmp_path: Path) -> None:
    findings = findings_in(example.text, rules_with(rule.code), tmp_path / "example.py")
    assert pairs(findings) == expected(example.text.encode())
    assert rule.code in {finding.code for finding in findings}


@pytest.mark.parametrize(("rule", "example"), _examples(Good))
def test_good_example_pleases_every_rule(rule: type[Rule], example: Good, tmp_path: Path) -> None:
    assert findings_in(example.text, all_rules(), tmp_path / "example.py") == ()


@pytest.mark.parametrize(("rule", "example"), _examples(Bad))
def test_finding_carries_what_its_rule_says(rule: type[Rule], example: Bad, tmp_path: Path) -> None:
    for finding in findings_in(example.text, (rule,), tmp_path / "example.py"):
        assert (finding.name, finding.severity) == (rule.name, rule.severity)
        assert finding.message.strip()
        assert UNFILLED.search(finding.message) is None
        assert "\n" not in finding.message
        assert finding.span.end_line > finding.span.line or finding.span.end_column > finding.span.column


def test_what_takes_the_place_of_a_method_is_advised_to_call_it(tmp_path: Path) -> None:
    code = "import torch\n\n\ndef freeze(member: torch.Tensor, other):\n    member.requires_grad_ = False\n"
    findings = findings_in(code + "    other.requires_grad_ = False\n", rules_with("TML310"), tmp_path / "example.py")
    advice = [finding.message.rpartition("write ")[2] for finding in findings]
    assert advice == ["`member.requires_grad_(False)`", "`other.requires_grad_(False)`"]
