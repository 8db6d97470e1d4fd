"""Findings in, verdicts out: the library call, with a pretended worker and with a real one."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.harness import findings_in, rules_with
from tests.paths import ROOT
from tests.verify.pretending import CONFIRMED, REFUTED, UNBUILT, Pretended, pretend
from torchmodlint.core.finding import Finding
from torchmodlint.core.result import Result
from torchmodlint.verify import verify
from torchmodlint.verify.interpreter import NoInterpreter
from torchmodlint.verify.verdicts import examine, joined
from torchmodlint.verify.wire import Options

if TYPE_CHECKING:
    from collections.abc import Sequence

NET = """\
from torch import nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = [nn.Linear(width, width), nn.Linear(width, width)]
        self.norm = nn.LayerNorm(width)

    def forward(self, x):
        return self.norm(x)


class Bare(nn.Module):
    def __init__(self, width):
        self.norm = nn.LayerNorm(width)
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def verifier(here: Path, monkeypatch: pytest.MonkeyPatch) -> Pretended:
    return pretend(monkeypatch, {"TML101": CONFIRMED, "TML113": REFUTED})


def found(folder: Path, text: str = NET, name: str = "net.py") -> Sequence[Finding]:
    (folder / name).write_text(text, encoding="utf-8")
    findings = findings_in(text, rules_with(), folder / name)
    assert [each.code for each in findings] == ["TML113", "TML101"]
    return findings


def test_one_verdict_for_each_finding_in_order(here: Path, verifier: Pretended) -> None:
    findings = found(here)
    assert verify(findings) == [REFUTED, CONFIRMED]
    assert verify(list(reversed(findings))) == [CONFIRMED, REFUTED]
    assert verify([]) == []
    assert not (here / ".torchmodlint_cache").exists(), "a library call remembers nothing unasked"


def test_arguments_are_passed_on(here: Path, verifier: Pretended) -> None:
    options = Options(device="meta", timeout=3)
    verify(found(here), here, python="venv", options=options, texts={"net.py": "x"}, examples={"net.Net": "Net(3)"})
    assert (verifier.python, verifier.options) == ("venv", options)
    assert {(job.text, job.examples["Net"]) for job, _ in verifier.asked} == {("x", "Net(3)")}


def test_cache_is_a_directory(here: Path, verifier: Pretended) -> None:
    findings = found(here)
    for _ in range(2):
        assert verify(findings, cache=here / "remembered") == [REFUTED, CONFIRMED]
    assert len(verifier.asked) == 2
    outside = here / "project"
    outside.mkdir()
    for _ in range(2):
        verify(findings, outside, cache=here / "remembered")
    assert len(verifier.asked) == 6, "what is around a file outside of the project is not compared, so not remembered"


def test_search_that_may_have_run_out_of_time_is_not_remembered(here: Path, verifier: Pretended) -> None:
    findings = list(found(here))
    verifier.answers = {"TML113": replace(UNBUILT, seconds=3.0), "TML101": UNBUILT}
    for _ in range(2):
        verify(findings, cache=here / "remembered")
    assert [question.code for _, question in verifier.asked] == ["TML113", "TML101", "TML113"], "another class"
    same_class = [findings[0], replace(findings[0], code="TML101")]
    for _ in range(2):
        verify(same_class, cache=here / "remembered")
    assert len(verifier.asked) == 7
    verifier.answers["TML113"] = replace(CONFIRMED, seconds=3.0)
    for _ in range(2):
        verify(same_class[:1], cache=here / "remembered")
    assert len(verifier.asked) == 8, "what was seen was seen"


def test_files_that_cannot_be_read_are_inconclusive_and_the_others_are_asked(here: Path, verifier: Pretended) -> None:
    gone, bad, fine = found(here, name="gone.py"), found(here, name="bad.py"), found(here)
    (here / "gone.py").unlink()
    (here / "bad.py").write_bytes(b"x = '\xff'\n")
    verdicts = verify([*gone, *bad, *fine])
    assert [str(each.reason) for each in verdicts[:4]] == ["not-importable"] * 4
    assert verdicts[0].message == "gone.py cannot be read: No such file or directory"
    assert verdicts[2].message.startswith("bad.py cannot be read: ")
    assert verdicts[4:] == [REFUTED, CONFIRMED]


def test_progress_counts_every_finding_once(here: Path, verifier: Pretended) -> None:
    findings = [*found(here, name="gone.py"), *found(here)]
    (here / "gone.py").unlink()
    heard: list[tuple[int, int]] = []
    examine(findings, here, None, Options(), on_answer=lambda done, total: heard.append((done, total)))
    assert heard == [(2, 4), (3, 4), (4, 4)]


def test_nobody_to_ask(here: Path, verifier: Pretended) -> None:
    with pytest.raises(NoInterpreter):
        verify(found(here), python="nothing")


def test_joined(here: Path, verifier: Pretended) -> None:
    verifier.answers = {"TML101": CONFIRMED, "TML113": UNBUILT}
    findings = tuple(found(here))
    examined = examine(findings, here, None, Options())
    result = joined(Result(findings, files=1), examined)
    assert [each.verdict for each in result.findings] == [UNBUILT, CONFIRMED]
    assert (result.acquitted, result.files) == ((), 1)
    assert [each.verdict for each in joined(Result(findings), examined, only_confirmed=True).findings] == [CONFIRMED]
    verifier.answers = {"TML101": REFUTED, "TML113": REFUTED}
    examined = examine(findings, here, None, Options())
    refuted = joined(Result(findings), examined, show_refuted=True)
    assert (refuted.findings, len(refuted.acquitted), refuted.exit_code()) == ((), 2, 0)
    assert refuted.verification is not None
    assert (refuted.verification.refuted, refuted.verification.torch) == (2, "2.6.0+cpu")


def test_package_is_light() -> None:
    """The worker imports it in interpreters that have neither LibCST nor click."""
    code = (
        "import sys, torchmodlint.verify, torchmodlint.verify.wire\n"
        "print(*sorted(each for each in sys.modules if each.split('.')[0] in ('libcst', 'click', 'torchmodlint')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "torchmodlint",
        "torchmodlint.core",
        "torchmodlint.core.verdict",
        "torchmodlint.verify",
        "torchmodlint.verify.wire",
    ]


def test_unknown_name_of_the_package() -> None:
    import torchmodlint.verify

    with pytest.raises(AttributeError, match="has no attribute 'verifi'"):
        _ = torchmodlint.verify.verifi


@pytest.mark.torch
class TestReal:
    """With the torch of this interpreter."""

    def verdicts(self, findings: Sequence[Finding], root: Path) -> list[tuple[str, str]]:
        answered = verify(findings, root, python=sys.executable)
        return [(str(each.outcome), str(each.reason)) for each in answered]

    def test_confirmed(self, here: Path) -> None:
        assert self.verdicts(found(here), here) == [("confirmed", "observed")] * 2

    def test_unsaved_text_is_what_counts(self, here: Path) -> None:
        findings = found(here)
        (here / "net.py").write_text("raise SystemExit\n")
        answered = verify(findings, here, python=sys.executable, texts={"net.py": NET})
        assert [str(each.outcome) for each in answered] == ["confirmed"] * 2

    def test_file_that_cannot_be_imported(self, here: Path) -> None:
        findings = found(here, f"{NET}\n\nraise RuntimeError('not today')\n")
        answered = verify(findings, here, python=sys.executable)
        assert all(str(each.outcome) != "refuted" for each in answered), answered

    def test_class_that_cannot_be_built(self, here: Path) -> None:
        text = NET.replace("        super().__init__()\n", "        super().__init__()\n        width.no_such()\n")
        answered = verify(found(here, text)[:1], here, python=sys.executable)
        assert [(str(each.outcome), str(each.reason)) for each in answered] == [("inconclusive", "not-constructed")]
        assert answered[0].message

    def test_killed_process(self, here: Path) -> None:
        text = NET.replace(
            "        super().__init__()\n", "        super().__init__()\n        __import__('os')._exit(9)\n"
        )
        first, second = verify(found(here, text), here, python=sys.executable)
        assert (str(first.outcome), str(first.reason)) == ("inconclusive", "crashed")
        assert str(second.outcome) == "confirmed", "the others go on"
