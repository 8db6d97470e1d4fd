"""The command in this process, with rules small enough to test with, in an empty directory."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

import torchmodlint.engine.own_code as own_code
import torchmodlint.engine.registry as registry
from tests.engine.fakes import CALLS, CrashingRule, ids
from torchmodlint.cli.command import command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torchmodlint.rules.base import Rule

    Run = Callable[..., Result]


# Before 8.2 click put stdout and stderr together unless it was told not to; since then it knows no such option.
APART: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
RUNNER = CliRunner(**APART)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a file of each kind."""
    for variable in ("NO_COLOR", "FORCE_COLOR", "TORCHMODLINT_OUTPUT_FORMAT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.py").write_text("x = [bad(), 1]\n", encoding="utf-8")
    (tmp_path / "good.py").write_text("good()\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(here: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command and gives click's result; stdout and stderr are kept apart."""
    rules: tuple[type[Rule], ...] = (*CALLS, CrashingRule)
    monkeypatch.setattr(registry, "all_rules", lambda: rules)
    monkeypatch.setattr(own_code, "rule_ids", lambda: ids(rules))

    def invoke(*arguments: str, stdin: bytes | None = None) -> Result:
        result = RUNNER.invoke(command, arguments, input=stdin, catch_exceptions=False)
        assert isinstance(result, Result)
        return result

    return invoke
