"""Verdicts through real processes, and what comes of it when these die or cannot be had."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.paths import PACKAGE
from tests.verify.processes import FAULTY, SOUND, changed_python, children, interpreter, package, running, words
from torchmodlint.verify.pool import ask
from torchmodlint.verify.wire import Options

if TYPE_CHECKING:
    from torchmodlint.core.verdict import Verdict

pytestmark = [pytest.mark.torch, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]

DEADLY = """
import os
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        os._exit(3)


class After(nn.Module):
    def __init__(self):
        super().__init__()
"""
# Whoever waits for it may raise something in it: it goes on.
HANGING = DEADLY.replace(
    "        os._exit(3)\n",
    """
        while True:
            try:
                while True:
                    pass
            except BaseException:
                continue
""",
)
DEADLY_TO_IMPORT = "import os\nos._exit(3)\n" + DEADLY.lstrip()


def test_each_question_has_one_verdict(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    heard: list[tuple[int, Verdict]] = []
    jobs = [package(tmp_path / "a", FAULTY, SOUND), package(tmp_path / "b", "print('hello')" + FAULTY, first=10)]
    answers = ask(jobs, sys.executable, Options(), on_answer=lambda *answer: heard.append(answer))
    expected = {0: "confirmed observed", 1: "refuted not-observed", 10: "confirmed observed"}
    assert words(answers.verdicts) == expected
    assert sorted(heard, key=lambda each: each[0]) == sorted(answers.verdicts.items())
    assert answers.torch.startswith("2.")
    assert answers.python == ".".join(map(str, sys.version_info[:3]))
    assert answers.device == "cpu"
    assert answers.layers[:3] == ("wall clock", "resource limits", "audit hook")
    assert capfd.readouterr() == ("", "")


def test_nothing_asked(tmp_path: Path) -> None:
    answers = ask([], sys.executable, Options())
    assert answers.verdicts == {}
    assert answers.torch


def test_where_torchmodlint_is_not_installed(tmp_path: Path) -> None:
    """Without `site` there are no .pth files, so an editable installation is out of sight; torch is put back."""
    torch = importlib.util.find_spec("torch")
    assert torch is not None
    assert torch.origin is not None
    torch_is = Path(torch.origin).parent.parent
    python = interpreter(tmp_path, f'PYTHONPATH="{torch_is}" exec "{sys.executable}" -S "$@"')
    (tmp_path / "net").mkdir()
    answers = ask([package(tmp_path / "net", FAULTY)], python, Options())
    assert words(answers.verdicts) == {0: "confirmed observed"}


def test_what_dies_takes_only_its_own_finding(tmp_path: Path) -> None:
    answers = ask([package(tmp_path / "a", DEADLY, DEADLY_TO_IMPORT, SOUND)], sys.executable, Options())
    crashed, fine = "inconclusive crashed", "refuted not-observed"
    assert words(answers.verdicts) == {0: crashed, 1: fine, 2: crashed, 3: crashed, 4: fine}
    assert answers.verdicts[0].message == "the code ended its process with exit code 3"
    assert answers.verdicts[2].message == "while part1.py was imported: the code ended its process with exit code 3"


def test_a_class_is_given_up_after_two_losses(tmp_path: Path) -> None:
    answers = ask([package(tmp_path / "a", HANGING, each=4)], sys.executable, Options(timeout=0.5))
    assert [verdict.reason for verdict in answers.verdicts.values()] == ["timeout"] * 4 + ["not-observed"] * 4
    assert answers.verdicts[3] == answers.verdicts[1]


def test_the_same_verdicts_whatever_runs_beside(tmp_path: Path) -> None:
    jobs = [package(tmp_path / str(index), FAULTY, DEADLY, SOUND, first=10 * index, each=2) for index in range(3)]
    runs = [ask(jobs, sys.executable, Options(), processes=number).verdicts for number in (1, 3)]
    one, other = ([(each, v.outcome, v.reason, v.message) for each, v in run.items()] for run in runs)
    assert one == other


def test_spawned(tmp_path: Path) -> None:
    jobs = [package(tmp_path / "a", FAULTY, DEADLY, SOUND), package(tmp_path / "b", DEADLY_TO_IMPORT, first=10)]
    forked, spawned = (ask(jobs, sys.executable, Options(), start_method=method) for method in ("fork", "spawn"))
    assert words(spawned.verdicts) == words(forked.verdicts)
    assert spawned.layers == ("wall clock", "resource limits", "audit hook")
    assert spawned.torch == forked.torch


def test_spawned_and_hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "scratch").mkdir()
    jobs = [package(tmp_path / "a", HANGING), package(tmp_path / "b", SOUND, first=10)]
    answers = ask(jobs, sys.executable, Options(timeout=1.0), start_method="spawn", processes=2)
    fine = "refuted not-observed"
    assert words(answers.verdicts) == {0: "inconclusive timeout", 1: fine, 10: fine}
    assert running(tmp_path / "scratch") == []
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    def kill_once(identity: int, verdict: Verdict) -> None:
        if identity == 0:
            for process in children():
                os.kill(process, signal.SIGKILL)

    jobs = [package(tmp_path / "a", FAULTY, HANGING, SOUND)]
    answers = ask(jobs, sys.executable, Options(timeout=2.0), on_answer=kill_once, processes=1)
    verdicts = words(answers.verdicts)
    assert list(verdicts) == [0, 1, 2, 3]
    assert (verdicts[0], verdicts[3]) == ("confirmed observed", "refuted not-observed")
    # By the time of the kill the next file may have been begun, and is blamed then, or not.
    lost = "the verifier's worker was lost: it was killed by signal 9"
    assert answers.verdicts[1].message in (lost, "no answer within 2 s")


def test_an_interrupt_ends_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "scratch").mkdir()

    def interrupt(identity: int, verdict: Verdict) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask([package(tmp_path / "a", SOUND, HANGING)], sys.executable, Options(), on_answer=interrupt)
    assert running(tmp_path / "scratch") == []
    assert list((tmp_path / "scratch").iterdir()) == []


def test_nothing_outlives_a_linter_that_is_killed(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    text = f"""
from tests.verify.test_processes import *
if __name__ == "__main__":
    ask([package(Path({str(tmp_path)!r}, "a"), SOUND, HANGING)], sys.executable, Options(), on_answer=print)
"""
    linter = subprocess.Popen(
        [sys.executable, "-c", text],
        stdout=subprocess.PIPE,
        cwd=PACKAGE.parent,
        env={**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(PACKAGE.parent)},
    )
    assert linter.stdout is not None
    assert linter.stdout.read(1) == b"0"
    linter.kill()
    linter.wait()
    linter.stdout.close()
    until = time.monotonic() + 20
    while (running(scratch) or any(scratch.iterdir())) and time.monotonic() < until:
        time.sleep(0.05)
    assert running(scratch) == []
    assert list(scratch.iterdir()) == []


def test_one_process_for_all_where_cuda_is_used(tmp_path: Path) -> None:
    """The order of things with CUDA, which may not be forked; torch is told that there is a device."""
    python = changed_python(tmp_path, "import torch\ntorch.cuda.is_available = lambda: True")
    jobs = [package(tmp_path / "a", DEADLY, SOUND, FAULTY)]
    answers = ask(jobs, python, Options(device="cuda"))
    assert answers.device == "cuda:0"
    fine = "refuted not-observed"
    assert words(answers.verdicts) == {0: "inconclusive crashed", 1: fine, 2: fine, 3: "confirmed observed"}


def test_memory_is_watched_where_cuda_is_used(tmp_path: Path) -> None:
    python = changed_python(tmp_path, "import torch\ntorch.cuda.is_available = lambda: True")
    greedy = DEADLY.replace("os._exit(3)", "kept = b'x' * (1 << 30)\n        while True: pass")
    answers = ask([package(tmp_path / "a", greedy)], python, Options(device="cuda", memory=1.0, timeout=20))
    assert answers.verdicts[0].message == "it used more than 1 GB"
    assert words(answers.verdicts) == {0: "inconclusive memory", 1: "refuted not-observed"}


def test_without_the_sandbox(tmp_path: Path) -> None:
    writes = SOUND.replace("super().__init__()", f"super().__init__()\n        open({str(tmp_path / 'log')!r}, 'w')")
    answers = ask([package(tmp_path / "a", writes)], sys.executable, Options(sandbox="off"))
    assert answers.layers == ("wall clock", "resource limits")
    assert words(answers.verdicts) == {0: "refuted not-observed"}
    assert (tmp_path / "log").exists()
