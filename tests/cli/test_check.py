"""`torchmodlint check`, in this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

LINE = "bad.py:1:6: TML910 `bad()` is called\n"
EXCERPT = "  |\n1 | x = [bad(), 1]\n  |      ^^^^^\n\n"


def codes(result: Result) -> list[str]:
    document: Any = json.loads(result.stdout)
    return [finding["code"] for finding in document["findings"]]


def errors(result: Result) -> list[tuple[str | None, str, int | None]]:
    document: Any = json.loads(result.stdout)
    return [(one["path"], one["message"], one["line"]) for one in document["errors"]]


def test_findings_are_shown_and_counted(run: Run) -> None:
    result = run("check")
    assert result.stdout == LINE + EXCERPT + "Found 1 finding in 1 of 2 files.\n"
    assert result.stderr == ""
    assert result.exit_code == 1


def test_clean(run: Run) -> None:
    result = run("check", "good.py")
    assert (result.stdout, result.stderr, result.exit_code) == ("No findings in 1 file.\n", "", 0)


def test_switches_for_output(run: Run, here: Path) -> None:
    assert run("check", "--quiet").stdout == LINE + EXCERPT
    assert run("check", "--quiet", "--no-show-source").stdout == LINE
    assert run("check", "--output-format", "concise").stdout == LINE
    assert run("check", "--exit-zero").exit_code == 0
    assert run("check", "--quiet", "--no-show-source", "--statistics").stdout == LINE + "     1  TML910  bad-call\n"
    counted = run("check", "--output-format", "json", "--statistics")
    assert codes(counted) == ["TML910"]
    assert counted.stderr == "     1  TML910  bad-call\n"
    verbose = run("check", "--verbose").stderr
    assert "configuration: none\n" in verbose
    assert f"project: {here}; rules: TML910, TML911, TML930\n" in verbose


def test_colour(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in run("check", "--color", "always").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("check").stdout
    assert "\x1b[" not in run("check", "--color", "never").stdout


def test_output_format_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHMODLINT_OUTPUT_FORMAT", "github")
    assert run("check").stdout.startswith("::error title=torchmodlint TML910 (bad-call),file=bad.py,line=1,")


def test_output_file(run: Run, here: Path) -> None:
    result = run("check", "--output-format", "json", "--output-file", "out.json")
    assert (result.stdout, result.exit_code) == ("", 1)
    assert json.loads((here / "out.json").read_text())["summary"]["findings"] == 1
    failed = run("check", "--output-file", "none/out.json")
    assert failed.exit_code == 2
    assert failed.stderr.startswith("error: none/out.json: cannot be written: No such file or directory")


def test_no_python_files(run: Run, here: Path) -> None:
    (here / "empty").mkdir()
    result = run("check", "empty")
    assert (result.stdout, result.stderr, result.exit_code) == ("", "No Python files were found.\n", 0)
    assert run("check", "empty", "--quiet").stderr == ""
    assert run("check", "empty", "--output-format", "json").exit_code == 0


def test_selection(run: Run, here: Path) -> None:
    (here / "all.py").write_text("bad()\npoor()\nmeh()\n")
    report = ("check", "all.py", "--output-format", "json")
    assert codes(run(*report)) == ["TML910", "TML911"]
    assert codes(run(*report, "--select", "TML92,poor-call")) == ["TML911", "TML920"]
    assert codes(run(*report, "--extend-select", "meh-call", "--ignore", "TML910", "--ignore", "TML911")) == ["TML920"]
    assert codes(run(*report, "--per-file-ignores", "all.py:TML910,a*.py:TML911")) == []
    (here / "torchmodlint.toml").write_text('ignore = ["TML910"]\n')
    assert codes(run(*report)) == ["TML911"]
    assert codes(run(*report, "--isolated")) == ["TML910", "TML911"]
    (here / "other.toml").write_text('select = ["TML920"]\n')
    assert codes(run(*report, "--config", "other.toml")) == ["TML920"]


def test_exclusion(run: Run, here: Path) -> None:
    assert run("check", "--exclude", "bad.py,x").exit_code == 0
    assert run("check", "--exclude", "bad.py", "bad.py").exit_code == 1
    assert run("check", "--exclude", "bad.py", "--force-exclude", "bad.py").exit_code == 0
    (here / "torchmodlint.toml").write_text('exclude = ["bad.py"]\nforce-exclude = true\n')
    assert run("check", "bad.py").exit_code == 0
    assert run("check", "bad.py", "--no-force-exclude").exit_code == 1


def test_stdin(run: Run, here: Path) -> None:
    result = run("check", "-", "--stdin-filename", "pkg/net.py", stdin=b"bad()\r\n")
    assert result.stdout.startswith("pkg/net.py:1:1: TML910")
    assert run("check", "-", stdin=b"bad()\n").stdout.startswith("-:1:1: TML910")
    assert run("check", "-", stdin=b"").exit_code == 0
    both = run("check", "-", "bad.py", stdin=b"")
    assert both.exit_code == 2
    assert "cannot be combined" in both.stderr
    (here / "pkg").mkdir()
    (here / "pkg" / "torchmodlint.toml").write_text('ignore = ["TML910"]\n')
    assert run("check", "-", "--stdin-filename", "pkg/net.py", stdin=b"bad()\n").exit_code == 0


def test_what_cannot_be_checked_is_named_and_the_rest_is_checked(run: Run, here: Path) -> None:
    (here / "broken.py").write_text("bad()\nx = (\n")
    (here / "bytes.py").write_bytes(b"bad()\nx = '\xff'\n")
    (here / "crash.py").write_text("crash(1)\npoor()\n")
    result = run("check", ".", "none.py", "--output-format", "json")
    assert result.exit_code == 2
    assert codes(result) == ["TML910", "TML911"]
    named = errors(result)
    assert [(path, line) for path, _, line in named] == [
        ("broken.py", 2),
        ("bytes.py", 2),
        ("crash.py", None),
        ("none.py", None),
    ]
    assert result.stderr == "".join(
        f"error: {path}{f':{line}' if line else ''}: {message}\n" for path, message, line in named
    )
    assert run("check", ".", "none.py", "--exit-zero").exit_code == 2
    assert "Found 2 findings in 2 of 5 files (4 errors).\n" in run("check", ".", "none.py").stdout


def test_bad_configuration_stops_everything(run: Run, here: Path) -> None:
    (here / "pyproject.toml").write_text('[tool.torchmodlint]\nselekt = []\nignore = ["bad-cal"]\n')
    result = run("check", "--output-format", "json")
    assert result.exit_code == 2
    assert codes(result) == []
    assert errors(result) == [
        ("pyproject.toml", 'unknown key "selekt"; did you mean "select"?', None),
        ("pyproject.toml", '"ignore": unknown rule selector "bad-cal"; did you mean "bad-call"?', None),
    ]
    assert result.stderr.startswith('error: pyproject.toml: unknown key "selekt"; did you mean "select"?\n')
    assert run("check").stdout == ""
    assert run("check", "--isolated").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--select", "TML9100"), '--select: unknown rule selector "TML9100"; did you mean "TML910"?'),
        (("--config", "none.toml"), "none.toml: no such configuration file"),
        (("--jobs", "0"), '"0" is neither "auto" nor a number above 0'),
        (("--jobs", "many"), '"many" is neither "auto" nor a number above 0'),
        (("--per-file-ignores", "tests"), '"tests" is not PATTERN:RULE'),
        (("--output-format", "jsn"), "'jsn' is not one of"),
        (("--selct", "A"), "No such option"),
    ],
)
def test_bad_arguments(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run("check", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_jobs_change_nothing(run: Run) -> None:
    assert run("check", "-j", "2").stdout == run("check", "-j1").stdout == run("check", "-j", "auto").stdout


def test_malformed_rule_is_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import torchmodlint.engine.registry as registry
    from torchmodlint.engine.own_code import ContractError

    def refuse() -> None:
        raise ContractError("rules/tml999.py: a rule file defines one Rule, this one defines 0")

    monkeypatch.setattr(registry, "all_rules", refuse)
    for arguments in (("check",), ("rules",), ("explain", "TML910")):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stderr == "error: rules/tml999.py: a rule file defines one Rule, this one defines 0\n"


def test_interrupted_is_not_taken_for_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import torchmodlint.engine.run as engine

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "run", interrupt)
    assert run("check").exit_code == 130
