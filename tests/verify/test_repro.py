"""The scripts of `--verify-repro`, run by hand."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.paths import ROOT
from tests.verify.asking import verdicts

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

SHOWN = {  # by code: what the script prints, or the error that it ends in
    "TML101": "cannot assign module before Module.__init__() call",
    "TML110": "False True",
    "TML111": "False cpu",
    "TML112": "<class 'torch.Tensor'> False",
    "TML113": "Linear(in_features=64, out_features=64, bias=True)]",
    "TML116": "3 4",
    "TML121": "False True",
    "TML201": "hook of the module",
    "TML305": "grad_fn",
}


def test_every_script_shows_what_it_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one process, one after the other, as starting torch takes long."""
    monkeypatch.chdir(tmp_path)  # what the path of a finding is relative to
    found = verdicts((ROOT / "examples" / "pitfalls.py").read_text("utf-8"), tmp_path, name="pitfalls")
    scripts = {code: verdict.repro for _, code, verdict in found if verdict.repro is not None}
    assert scripts.keys() >= SHOWN.keys()
    lines = []
    for code in SHOWN:
        lines.append(
            f"print('--- {code}')\ntry:\n    exec({scripts[code]!r})\nexcept AttributeError as error:\n    print(error)"
        )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = {part.partition("\n")[0]: part for part in done.stdout.split("--- ")[1:]}
    for code, text in SHOWN.items():
        assert text in printed[code], code
