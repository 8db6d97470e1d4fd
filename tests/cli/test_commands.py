"""The commands that explain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]


def test_rules(run: Run) -> None:
    assert run("rules").stdout == (
        "TML910  bad-call       error    on\n"
        "TML911  poor-call      warning  on\n"
        "TML920  meh-call       info     opt-in\n"
        "TML930  crashing-rule  error    on\n"
    )


def test_rules_as_json(run: Run) -> None:
    listed = json.loads(run("rules", "--output-format", "json").stdout)
    assert [rule["code"] for rule in listed] == ["TML910", "TML911", "TML920", "TML930"]
    assert {**listed[2], "what": ""} == {
        "code": "TML920",
        "name": "meh-call",
        "severity": "info",
        "default": False,
        "what": "",
    }


def test_explain_by_code_and_name(run: Run) -> None:
    text = run("explain", "TML910").stdout
    assert text.startswith("# TML910: bad-call\n")
    assert run("explain", "bad-call").stdout == text
    assert run("explain", "tml910").stdout == text


def test_explain_unknown(run: Run) -> None:
    result = run("explain", "bad-cal")
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr == 'error: there is no rule "bad-cal"; did you mean "bad-call"?\n'


def test_config(run: Run, here: Path) -> None:
    text = run("config").stdout
    assert text.startswith(f"# configuration file: none\n# project: {here}\n")
    assert text.endswith("# rules in force: TML910, TML911, TML930\n")
    (here / "torchmodlint.toml").write_text('extend-select = ["TML92"]\n')
    text = run("config").stdout
    assert f"# configuration file: {here / 'torchmodlint.toml'}\n" in text
    assert 'extend-select = ["TML92"]  # torchmodlint.toml\n' in text
    assert text.endswith("# rules in force: TML910, TML911, TML920, TML930\n")
    assert "TML920" not in run("config", "--isolated").stdout


def test_config_with_faults(run: Run, here: Path) -> None:
    (here / "torchmodlint.toml").write_text("ignored = []\n")
    result = run("config")
    assert result.exit_code == 2
    assert result.stderr == 'error: torchmodlint.toml: unknown key "ignored"; did you mean "ignore"?\n'
