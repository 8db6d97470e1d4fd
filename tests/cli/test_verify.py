"""`torchmodlint check --verify`, with a verifier that is pretended."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.verify.pretending import CONFIRMED, REFUTED, UNBUILT, Pretended, pretend

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

LAST = "Verified with torch 2.6.0+cpu and Python 3.12.1 on cpu; isolation: own session, seccomp.\n"


@pytest.fixture
def verifier(here: Path, monkeypatch: pytest.MonkeyPatch) -> Pretended:
    (here / "all.py").write_text("bad()\npoor()\nmeh()\n", encoding="utf-8")
    return pretend(monkeypatch, {"TML910": CONFIRMED, "TML911": REFUTED, "TML920": UNBUILT})


def check(run: Run, *arguments: str, stdin: bytes | None = None) -> Result:
    return run("check", "--verify", "--extend-select", "TML920", "all.py", *arguments, stdin=stdin)


def judged(result: Result) -> list[tuple[str, str | None]]:
    document: Any = json.loads(result.stdout)
    return [(each["code"], each["verdict"] and each["verdict"]["outcome"]) for each in document["findings"]]


def test_verdicts_are_shown_and_refuted_findings_are_gone(run: Run, verifier: Pretended) -> None:
    result = check(run, "--no-show-source")
    assert result.stdout == (
        "all.py:1:1: TML910 `bad()` is called\n"
        "  = confirmed on meta: seen\n"
        "    built: `Net(3)`\n"
        "all.py:3:1: TML920 `meh()` is called\n"
        "  = inconclusive (not-constructed): `Net()` raises TypeError\n"
        "Found 2 findings in 1 of 1 file (1 confirmed, 1 refuted, 1 inconclusive).\n" + LAST
    )
    assert (result.exit_code, result.stderr) == (1, "")


def test_refuted_alone_is_success(run: Run, verifier: Pretended) -> None:
    verifier.answers["TML910"] = REFUTED
    result = run("check", "--verify", "bad.py")
    assert result.exit_code == 0
    assert result.stdout == "No findings in 1 file (1 refuted).\n" + LAST
    shown = run("check", "--verify", "bad.py", "--show-refuted", "--no-cache")
    assert shown.exit_code == 0
    assert "= refuted on cpu: not so\n" in shown.stdout


def test_selections_of_outcomes(run: Run, verifier: Pretended) -> None:
    json_format = ("--output-format", "json")
    assert judged(check(run, *json_format)) == [("TML910", "confirmed"), ("TML920", "inconclusive")]
    shown = check(run, *json_format, "--show-refuted")
    assert judged(shown) == [("TML910", "confirmed"), ("TML911", "refuted"), ("TML920", "inconclusive")]
    summary = json.loads(shown.stdout)["summary"]
    assert (summary["findings"], summary["confirmed"], summary["refuted"], summary["inconclusive"]) == (2, 1, 1, 1)
    assert judged(check(run, *json_format, "--only-confirmed")) == [("TML910", "confirmed")]
    verifier.answers["TML910"] = UNBUILT
    none = check(run, "--only-confirmed", "--no-cache")
    assert (none.exit_code, none.stdout) == (0, "No findings in 1 file (1 refuted, 2 inconclusive).\n" + LAST)


def test_repro(run: Run, verifier: Pretended) -> None:
    result = check(run, "--verify-repro", "--output-format", "concise")
    assert result.stdout == (
        "all.py:1:1: TML910 `bad()` is called [confirmed]\n"
        "all.py:3:1: TML920 `meh()` is called [inconclusive: not-constructed]\n"
        "\n# all.py:1 TML910 (bad-call)\nx = 1\n"
    )


def test_options_reach_the_verifier(run: Run, verifier: Pretended, here: Path) -> None:
    check(run, "--no-cache")
    assert verifier.options is not None
    assert (verifier.python, verifier.processes) == (None, None)
    assert verifier.options == type(verifier.options)()
    check(
        run,
        *[
            "--no-cache",
            "--device",
            "meta",
            "--python",
            "venv",
            "--verify-timeout",
            "3",
            "--verify-memory",
            "2.5",
            "-j2",
        ],
    )
    assert (verifier.python, verifier.processes) == ("venv", 2)
    assert (verifier.options.device, verifier.options.timeout, verifier.options.memory) == ("meta", 3.0, 2.5)
    check(run, "--no-cache", "--verify-sandbox", "require")
    assert verifier.options.sandbox == "require"
    (here / "torchmodlint.toml").write_text(
        'python = "python3.99"\nverify-timeout = 30\nverify-memory = 8\nexamples = { "all.Net" = "Net(3)" }\n'
    )
    check(run, "--no-cache")
    assert (verifier.python, verifier.options.timeout, verifier.options.memory) == ("python3.99", 30.0, 8.0)
    assert verifier.asked[-1][0].examples == {"Net": "Net(3)"}
    check(run, "--no-cache", "--verify-timeout", "1", "--python", "other")
    assert (verifier.python, verifier.options.timeout) == ("other", 1.0)


def test_verdicts_are_remembered_until_something_changes(run: Run, verifier: Pretended, here: Path) -> None:
    first = check(run)
    assert len(verifier.asked) == 3
    again = check(run)
    assert len(verifier.asked) == 3
    assert again.stdout.replace("; no code was run, all verdicts are from the cache.", "") == first.stdout.replace(
        "+cpu and Python 3.12.1 on cpu; isolation: own session, seccomp.", " and Python 3.12.1"
    )
    check(run, "--no-cache")
    assert len(verifier.asked) == 6
    (here / "base.py").write_text("width = 3\n")
    check(run)
    assert len(verifier.asked) == 9
    (here / "all.py").write_text("bad()\npoor()\nmeh(1)\n")
    check(run)
    assert len(verifier.asked) == 12
    verifier.interpreter = replace(verifier.interpreter, torch="2.7.0")
    check(run)
    assert len(verifier.asked) == 15
    del verifier.answers["TML910"]
    check(run, "--device", "meta")
    partly = check(run, "--device", "meta")
    assert len(verifier.asked) == 19, "what got no answer is asked again, and nothing else"
    assert "; 2 of 3 verdicts from the cache.\n" in partly.stdout


def test_place_of_the_cache(run: Run, verifier: Pretended, here: Path) -> None:
    assert run("clean").stdout == "There is nothing to remove.\n"
    check(run, "--cache-dir", "elsewhere")
    assert (here / "elsewhere" / "CACHEDIR.TAG").is_file()
    assert not (here / ".torchmodlint_cache").exists()
    check(run)
    assert (here / ".torchmodlint_cache" / "CACHEDIR.TAG").is_file()
    assert run("check", ".torchmodlint_cache").exit_code == 0
    assert run("clean").stdout == f"Removed {here / '.torchmodlint_cache'}\n"
    assert not (here / ".torchmodlint_cache").exists()
    assert run("clean", "--cache-dir", "elsewhere").exit_code == 0
    (here / "mine").mkdir()
    refused = run("clean", "--cache-dir", "mine")
    assert refused.exit_code == 2
    assert refused.stderr == "error: mine is no cache of torchmodlint: it has no CACHEDIR.TAG that says so\n"


def test_nothing_found_starts_nothing(run: Run, verifier: Pretended) -> None:
    result = run("check", "--verify", "good.py", "--python", "nothing")
    assert (result.exit_code, result.stdout) == (0, "No findings in 1 file.\n")


def test_no_torch_is_a_failure_and_findings_are_still_reported(run: Run, verifier: Pretended) -> None:
    result = check(run, "--python", "nothing", "--no-show-source", "--quiet")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: nothing was verified: nothing has no torch: install it there, or name another with --python\n"
    )
    assert [line.split(" ")[1] for line in result.stdout.splitlines()] == ["TML910", "TML911", "TML920"]


def test_worker_that_cannot_start_is_a_failure(run: Run, verifier: Pretended) -> None:
    verifier.unavailable = "there is no CUDA device"
    result = check(run, "--output-format", "json", "--device", "cuda")
    assert result.exit_code == 2
    assert result.stderr == "error: nothing was verified: there is no CUDA device\n"
    assert judged(result) == [("TML910", None), ("TML911", None), ("TML920", None)]
    assert json.loads(result.stdout)["errors"][0]["message"] == "nothing was verified: there is no CUDA device"


def test_question_without_an_answer_is_inconclusive_and_the_run_goes_on(run: Run, verifier: Pretended) -> None:
    del verifier.answers["TML910"]
    result = check(run, "--output-format", "concise")
    assert result.exit_code == 1
    assert "all.py:1:1: TML910 `bad()` is called [inconclusive: crashed]\n" in result.stdout


def test_stubs_cannot_be_run(run: Run, verifier: Pretended, here: Path) -> None:
    (here / "all.pyi").write_text("bad()\n")
    result = run("check", "--verify", "all.pyi", "--no-show-source")
    assert "= inconclusive (unsupported): a stub file holds no code that could be run\n" in result.stdout
    assert verifier.asked == []


def test_stdin_is_what_is_run(run: Run, verifier: Pretended, here: Path) -> None:
    run("check", "--verify", "-", "--stdin-filename", "all.py", stdin=b"poor()\r\nbad()\n")
    assert {job.text for job, _ in verifier.asked} == {"poor()\r\nbad()\n"}
    assert run("check", "--verify", "-", stdin=b"bad()\n").stdout.startswith("-:1:1: TML910")


def test_verbose_says_whose_torch_it_is(run: Run, verifier: Pretended) -> None:
    assert "verifying with /env/bin/python (VIRTUAL_ENV), torch 2.6.0\n" in check(run, "-v").stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--device", "cpu"), "--device has a meaning only with --verify"),
        (("--python", "x"), "--python has a meaning only with --verify"),
        (("--verify-timeout", "1"), "--verify-timeout has a meaning only with --verify"),
        (("--show-refuted",), "--show-refuted has a meaning only with --verify"),
        (("--verify", "--show-refuted", "--only-confirmed"), "--show-refuted and --only-confirmed exclude each other"),
        (("--verify", "--no-cache", "--cache-dir", "x"), "--no-cache and --cache-dir exclude each other"),
        (("--verify", "--device", "tpu"), "'tpu' is not one of 'auto', 'cpu', 'cuda', 'meta'"),
        (("--verify", "--verify-timeout", "0"), "0.0 is not in the range x>0"),
        (("--verify", "--verify-memory", "much"), "'much' is not a valid float"),
        (("--verify", "--verify-sandbox", "maybe"), "'maybe' is not one of"),
    ],
)
def test_bad_arguments(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run("check", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_defaults_of_the_configuration_are_the_verifiers_own() -> None:
    from torchmodlint.config import DEFAULTS
    from torchmodlint.verify.wire import Options

    assert (DEFAULTS["verify-timeout"], DEFAULTS["verify-memory"]) == (Options().timeout, Options().memory)
