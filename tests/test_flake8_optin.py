"""Opt-in rules within flake8, run in this process with a rule that reports every class and that nobody gets unasked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.fakes import ids
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.engine import own_code, registry
from torchmodlint.rules.base import Good, Rule

if TYPE_CHECKING:
    import libcst as cst

pytest.importorskip("flake8")

EVERY_DEFAULT_OFF = "[flake8]\nignore = E501\n"


class OptIn(Rule):
    """A rule of this test."""

    code = "TML199"
    name = "class-seen"
    severity = Severity.INFO
    message = "a class"
    default = False
    triggers = ("class",)
    examples = (Good("x = 1"),)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.report(node, Subject())


class Failing(OptIn):
    """One that cannot do its work."""

    default = True

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        raise LookupError(node.name.value)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(registry, "all_rules", lambda: (OptIn,))
    monkeypatch.setattr(own_code, "rule_ids", lambda: ids((OptIn,)))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text("from torch import nn\n\n\nclass Net(nn.Module):\n    pass\n")
    return tmp_path


def _codes(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    from flake8.main.cli import main

    main(["--jobs=1", "--format=%(code)s", *arguments, "net.py"])
    return capsys.readouterr().out.split()


@pytest.mark.parametrize("settings", ["", EVERY_DEFAULT_OFF, "[flake8]\nselect = E,F\n"])
def test_off_by_default(project: Path, capsys: pytest.CaptureFixture[str], settings: str) -> None:
    """A user's `ignore` empties flake8's list of codes ignored by default, and still must not turn on the rule."""
    (project / ".flake8").write_text(settings)
    assert _codes(capsys) == []


@pytest.mark.parametrize("option", ["--extend-select=TML199", "--extend-select=TML1", "--select=E,TML199"])
def test_selected_by_an_option(project: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert _codes(capsys, option) == ["TML199"]


def test_selected_by_flake8s_configuration(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".flake8").write_text("[flake8]\nextend-select = TML199\n")
    assert _codes(capsys) == ["TML199"]


def test_selected_by_our_configuration(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text('[tool.torchmodlint]\nextend-select = ["class-seen"]\n')
    assert _codes(capsys) == ["TML199"]
    assert _codes(capsys, "--extend-ignore=TML199") == []


def test_our_ignore_wins_unless_flake8_is_more_precise(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text('[tool.torchmodlint]\nignore = ["TML19"]\n')
    assert _codes(capsys, "--extend-select=TML1") == []
    assert _codes(capsys, "--extend-select=TML199") == ["TML199"]


def test_failing_rule_is_not_taken_for_a_clean_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "all_rules", lambda: (Failing,))
    monkeypatch.setattr(own_code, "rule_ids", lambda: ids((Failing,)))
    with pytest.warns(RuntimeWarning, match=r"net\.py: rule TML199 .*failed: LookupError: Net"):
        assert _codes(capsys) == []
