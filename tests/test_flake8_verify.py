"""flake8 with `--torchmodlint-verify`: refuted findings are gone, confirmed ones carry their evidence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.verify.pretending import CONFIRMED, REFUTED, UNBUILT, Pretended, pretend

if TYPE_CHECKING:
    from collections.abc import Sequence

pytest.importorskip("flake8")

NET = """\
from torch import nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = [nn.Linear(width, width), nn.Linear(width, width)]
        print("noise on stdout")


class Bare(nn.Module):
    def __init__(self, width):
        self.norm = nn.LayerNorm(width)
"""
VERIFY = "--torchmodlint-verify"


@pytest.fixture
def verifier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pretended:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NET)
    pretended = pretend(monkeypatch, {"TML101": CONFIRMED, "TML113": REFUTED})
    monkeypatch.setattr("torchmodlint.verify.interpreter.find", pretended.find)
    return pretended


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> Sequence[str]:
    from flake8.main.cli import main

    main(["--jobs=1", "--select=TML", "--format=%(row)d %(code)s %(text)s", *arguments, "net.py"])
    return capsys.readouterr().out.splitlines()


def test_refuted_are_gone_and_confirmed_say_why(verifier: Pretended, capsys: pytest.CaptureFixture[str]) -> None:
    unverified = lines(capsys)
    assert [line.split()[1] for line in unverified] == ["TML113", "TML101"]
    assert verifier.asked == []
    assert lines(capsys, VERIFY) == [f"{unverified[1]} [confirmed on meta: seen]"]
    assert verifier.processes == 1


def test_inconclusive_are_as_they_were(verifier: Pretended, capsys: pytest.CaptureFixture[str]) -> None:
    unverified = lines(capsys)
    verifier.answers = {"TML101": UNBUILT}
    assert lines(capsys, VERIFY) == unverified


def test_configuration(verifier: Pretended, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".flake8").write_text("[flake8]\ntorchmodlint-verify = true\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.torchmodlint]\npython = "python3.99"\nverify-timeout = 4\nexamples = { "net.Net" = "Net(3)" }\n'
    )
    assert len(lines(capsys)) == 1
    assert verifier.options is not None
    assert (verifier.python, verifier.options.timeout) == ("python3.99", 4.0)
    assert verifier.asked[0][0].examples == {"Net": "Net(3)"}


def test_no_torch_ends_the_run_with_its_reason(
    verifier: Pretended, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.torchmodlint]\npython = "nothing"\n')
    from flake8.main.cli import main

    assert main(["--jobs=1", VERIFY, "net.py"]) == 1
    said = capsys.readouterr()
    assert "torchmodlint: nothing can be verified: nothing has no torch: install it there" in said.out + said.err


def test_worker_that_is_not_there_is_a_warning(verifier: Pretended, capsys: pytest.CaptureFixture[str]) -> None:
    verifier.unavailable = "torch cannot be imported"
    with pytest.warns(RuntimeWarning, match=r"net\.py: nothing was verified: torch cannot be imported"):
        assert len(lines(capsys, VERIFY)) == 2


@pytest.mark.torch
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_real(tmp_path: Path, jobs: str) -> None:
    for name in ("net.py", "other.py"):
        (tmp_path / name).write_text(NET)
    command = [sys.executable, "-m", "flake8", VERIFY, "--select=TML", "--jobs", jobs, "--format=%(path)s %(text)s"]
    done = subprocess.run([*command, "net.py", "other.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    said = done.stdout.splitlines()
    assert [line.split(" ")[0] for line in said] == ["net.py", "net.py", "other.py", "other.py"]
    assert all("[confirmed on cpu: " in line for line in said)
