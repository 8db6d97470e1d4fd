"""A rule's own triggers let everything through that it finds: with any other set of rules selected, too.

The examples and cases are tested with all rules that are on by default, where the trigger of one may let a file
through for another. Here each rule is alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.same import ParsesAll
from tests.harness import expected, findings_in, pairs
from tests.paths import CASES
from torchmodlint.analysis.project import Project
from torchmodlint.engine.registry import all_rules
from torchmodlint.rules.base import Bad

if TYPE_CHECKING:
    from pathlib import Path

    from torchmodlint.rules.base import Rule

each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: str(rule.code))


@each_rule
def test_example_is_found_by_its_rule_alone(rule: type[Rule], tmp_path: Path) -> None:
    for example in rule.examples:
        if isinstance(example, Bad):
            wanted = [pair for pair in expected(example.text.encode()) if pair[1] == rule.code]
            assert pairs(findings_in(example.text, (rule,), tmp_path / "example.py")) == wanted


@each_rule
def test_case_is_found_by_its_rule_alone(rule: type[Rule]) -> None:
    """In each file with a finding of the rule, in the folders of other rules as well."""
    found = 0
    for file in _files():
        wanted = [pair for pair in expected(file.read_bytes()) if pair[1] == rule.code]
        if not wanted:
            continue
        root = CASES.joinpath(*file.relative_to(CASES).parts[:2])
        project = Project(root if root.is_dir() else root.parent)
        assert pairs(findings_in(file.read_bytes(), (rule,), file, project)) == wanted, file
        found += len(wanted)
    assert found


@each_rule
def test_nothing_is_found_where_nothing_is_triggered(rule: type[Rule]) -> None:
    """Without the prefilter the rule finds no more in its own cases than with it."""
    for file in _files():
        if file.relative_to(CASES).parts[0] == rule.code:
            root = CASES.joinpath(*file.relative_to(CASES).parts[:2])
            place = root if root.is_dir() else root.parent
            source = file.read_bytes()
            assert findings_in(source, (rule,), file, Project(place)) == findings_in(
                source, (rule,), file, ParsesAll(place)
            )


def _files() -> list[Path]:
    return sorted(path for path in CASES.glob("TML*/**/*") if path.suffix in {".py", ".pyi"})
