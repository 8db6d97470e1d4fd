"""Awkward code under `tests/cases/<code>/`: each comment at the end of a line names the findings expected there.

A case is a file, or a folder that is a small project of several files, all of which are linted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import expected, findings_in, pairs, rules_with
from tests.paths import CASES
from torchmodlint.analysis.project import Project
from torchmodlint.engine.registry import all_rules

if TYPE_CHECKING:
    from pathlib import Path

    from torchmodlint.rules.base import Rule


def _cases(*, folders: bool) -> list[object]:
    return [
        pytest.param(case, id=f"{case.parent.name}-{case.stem}")
        for case in sorted(CASES.glob("TML*/*"))
        if (case.is_dir() and case.name != "__pycache__") is folders and (folders or case.suffix in {".py", ".pyi"})
    ]


@pytest.mark.parametrize("case", _cases(folders=False))
def test_file(case: Path) -> None:
    source = case.read_bytes()
    assert pairs(findings_in(source, rules_with(case.parent.name), case)) == expected(source)


@pytest.mark.parametrize("backwards", [False, True], ids=["in-order", "backwards"])
@pytest.mark.parametrize("case", _cases(folders=True))
def test_folder(case: Path, backwards: bool) -> None:
    """Both orders, because what one file tells about another must not depend on which was read first."""
    project = Project(case)
    rules = rules_with(case.parent.name)
    found = {
        file.relative_to(case).as_posix(): pairs(findings_in(file.read_bytes(), rules, file, project))
        for file in sorted(case.rglob("*.py"), reverse=backwards)
    }
    assert found == {
        file.relative_to(case).as_posix(): expected(file.read_bytes()) for file in sorted(case.rglob("*.py"))
    }


def test_folders_are_named_for_rules() -> None:
    assert {folder.name for folder in CASES.glob("*/")} <= {rule.code for rule in all_rules()}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_has_a_case_that_it_finds(rule: type[Rule]) -> None:
    files = (CASES / rule.code).rglob("*.py")
    assert any(code == rule.code for file in files for _, code in expected(file.read_bytes()))
