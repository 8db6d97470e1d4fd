"""The installed command as its users run it: a process of its own, with the shipped rules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

NET = """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.größe = [nn.Linear(2, 2), nn.Linear(2, 2)]

    def forward(self, x):
        for layer in self.größe:
            x = layer(x)
        return x
"""


def torchmodlint(cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "torchmodlint", *arguments]
    return subprocess.run(command, cwd=cwd, env=variables, capture_output=True, check=False, timeout=120)


def test_finding(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NET, encoding="utf-8")
    done = torchmodlint(tmp_path, "check", "--output-format", "json")
    assert done.returncode == 1, done.stderr
    [finding] = json.loads(done.stdout)["findings"]
    assert (finding["path"], finding["line"], finding["code"]) == ("net.py", 7, "TML113")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_output_fits_the_terminal(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "net.py").write_text(NET.replace("größe", "größe日"), encoding="utf-8")
    done = torchmodlint(tmp_path, "check", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    shown = done.stdout.decode(encoding)
    assert {"cp1252": "größe?", "ascii": "gr??e?", "utf-8": "größe日"}[encoding] in shown


def test_exit_codes(tmp_path: Path) -> None:
    assert torchmodlint(tmp_path, "check").returncode == 0
    assert torchmodlint(tmp_path, "check", "none.py").returncode == 2
    (tmp_path / "net.py").write_text(NET + "x = (\n", encoding="utf-8")
    done = torchmodlint(tmp_path, "check")
    assert done.returncode == 2
    assert done.stderr.decode().replace("\r\n", "\n") == "error: net.py:13: syntax error: '(' was never closed\n"


def test_stdin_is_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "torchmodlint", "check", "-", "--stdin-filename", "net.py", "--quiet"]
    source = ("# coding: latin-1\n" + NET).encode("latin-1")
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=variables, input=source, capture_output=True, check=False)
    assert done.stdout.startswith(b"net.py:8:9: TML113"), done.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"]])
def test_answers_without_loading_libcst(tmp_path: Path, arguments: list[str]) -> None:
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(sorted(m for m in ('libcst', 'torch', 'pathspec') if m in sys.modules)))\n"
        "from torchmodlint.cli import main\n"
        f"main({arguments!r})\n"
    )
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=True)
    assert "torchmodlint" in done.stdout
    assert done.stdout.endswith("[]\n")


def test_results_do_not_depend_on_processes_or_hash_seeds(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"net{number}.py").write_text(NET, encoding="utf-8")
    outputs = {
        torchmodlint(tmp_path, "check", "-j", jobs, PYTHONHASHSEED=seed).stdout for jobs in "13" for seed in ("0", "1")
    }
    assert len(outputs) == 1
    assert outputs.pop().count(b"TML113") == 6


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_need_not_be_forked(tmp_path: Path, method: str) -> None:
    import multiprocessing

    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    for number in range(3):
        (tmp_path / f"net{number}.py").write_text(NET, encoding="utf-8")
    code = (
        "import multiprocessing\n"
        "from torchmodlint.cli import main\n"
        "if __name__ == '__main__':\n"
        f"    multiprocessing.set_start_method({method!r})\n"
        "    main(['check', '-j2', '--output-format', 'concise', 'net0.py', 'net1.py', 'net2.py'])\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script)]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["net0.py", "net1.py", "net2.py"]
