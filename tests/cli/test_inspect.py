"""`torchmodlint inspect`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_process import torchmodlint
from tests.verify.pretending import UNBUILT, Pretended, pretend
from torchmodlint.core.verdict import Outcome, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

FIELDS = ["name", "type", "parameters", "trainable", "buffers", "bytes", "lazy", "shared_with"]
DESCRIBED = Verdict(
    Outcome.CONFIRMED,
    Reason.OBSERVED,
    "",
    {
        "fields": FIELDS,
        "modules": [
            ["", "Net", 1_234_567, 1_200_000, 128, 4_938_780, 0, None],
            ["encoder", "nn.Sequential", 1_200_000, 1_200_000, 0, 4_800_000, 0, None],
            ["encoder.0", "nn.Linear", 1_200_000, 1_200_000, 0, 4_800_000, 0, None],
            ["encoder.1", "nn.LazyLinear", 0, 0, 0, 0, 2, None],
            ["tied", "nn.Linear", 1_200_000, 1_200_000, 0, 4_800_000, 0, "encoder.0"],
        ],
        "modules_left_out": 0,
        "hidden": [
            {
                "path": "layers[0]",
                "kind": "module",
                "type": "Linear",
                "parameters": 2,
                "elements": 1_056,
                "bytes": 4_224,
                "requires_grad": True,
            },
            {
                "path": "encoder.scale",
                "kind": "tensor",
                "type": "Tensor",
                "parameters": 0,
                "elements": 1,
                "bytes": 4,
                "requires_grad": False,
            },
        ],
        "hidden_left_out": 0,
    },
    "cpu",
    built="`Net(64)`, as called at train.py:3",
)
NET = """\
class Net:
    class Inner:
        pass


def make():
    class Local:
        pass
"""


@pytest.fixture
def verifier(here: Path, monkeypatch: pytest.MonkeyPatch) -> Pretended:
    (here / "net.py").write_text(NET)
    return pretend(monkeypatch, {"INSPECT": DESCRIBED})


TREE = (
    "                                           parameters  trainable  buffers    MB\n"
    "Net                                         1,234,567  1,200,000      128  4.94\n"
    "  encoder: nn.Sequential                    1,200,000  1,200,000        0  4.80\n"
    "    0: nn.Linear                            1,200,000  1,200,000        0  4.80\n"
    "    1: nn.LazyLinear                             lazy       lazy        0  0.00\n"
    "  tied: nn.Linear (the same as encoder.0)   1,200,000  1,200,000        0  4.80\n"
    "\n"
    "Held but not registered, so not trained, moved or saved with it:\n"
    "  layers[0]: Linear, 2 parameter tensors with 1,056 numbers, <0.01 MB\n"
    "  encoder.scale: Tensor, 1 number, <0.01 MB\n"
    "\n"
    "built: `Net(64)`, as called at train.py:3\n"
    "Built with torch 2.6.0+cpu and Python 3.12.1 on cpu; isolation: own session, seccomp.\n"
)


def test_tree(run: Run, verifier: Pretended) -> None:
    result = run("inspect", "net.py:Net")
    assert (result.stdout, result.stderr, result.exit_code) == (TREE, "", 0)
    ((job, question),) = verifier.asked
    assert (job.display, job.module, job.text) == ("net.py", "net", NET)
    assert (question.code, question.owner, question.line) == ("INSPECT", "Net", 1)


def test_depth_and_colour(run: Run, verifier: Pretended) -> None:
    lines = run("inspect", "net.py:Net", "--depth", "1").stdout.splitlines()
    assert [line.split(":")[0].split()[0] for line in lines[1:5]] == ["Net", "encoder", "tied", "2"]
    assert lines[4] == "2 modules below these are not shown"
    assert "\x1b[" in run("inspect", "net.py:Net", "--color", "always").stdout


def test_json(run: Run, verifier: Pretended) -> None:
    document = json.loads(run("inspect", "net.py:Net", "--output-format", "json").stdout)
    assert (document["path"], document["class"], document["built"]) == ("net.py", "Net", DESCRIBED.built)
    assert document["modules"][4] == {
        "name": "tied",
        "type": "nn.Linear",
        "parameters": 1_200_000,
        "trainable": 1_200_000,
        "buffers": 0,
        "bytes": 4_800_000,
        "lazy": 0,
        "shared_with": "encoder.0",
    }
    assert [each["path"] for each in document["hidden"]] == ["layers[0]", "encoder.scale"]
    assert document["verifier"]["torch"] == "2.6.0+cpu"


def test_nested_class_and_the_only_one(run: Run, verifier: Pretended, here: Path) -> None:
    run("inspect", "net.py:Net.Inner")
    assert verifier.asked[-1][1].owner == "Net.Inner"
    (here / "one.py").write_text("x = 1\n\n\nclass Only:\n    pass\n")
    run("inspect", "one.py")
    assert (verifier.asked[-1][1].owner, verifier.asked[-1][1].line) == ("Only", 4)


def test_options(run: Run, verifier: Pretended, here: Path) -> None:
    (here / "torchmodlint.toml").write_text('examples = { "net.Net" = "Net(3)" }\nverify-memory = 9\n')
    verbose = run("inspect", "net.py:Net", "--device", "meta", "--python", "venv", "--verify-timeout", "4", "-v")
    assert "verifying with /env/bin/python (VIRTUAL_ENV), torch 2.6.0\n" in verbose.stderr
    assert verifier.options is not None
    assert (verifier.options.device, verifier.options.timeout, verifier.options.memory) == ("meta", 4.0, 9.0)
    assert verifier.python == "venv"
    assert verifier.asked[-1][0].examples == {"Net": "Net(3)"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.py:Net",), "none.py: no such file"),
        (("net.py:Nett",), 'net.py has no class "Nett"; did you mean "Net"?'),
        (("net.py:Local",), 'net.py has no class "Local"'),
        (("net.py",), "net.py has several classes; name one: net.py:Net, net.py:Net.Inner"),
        (("bad.py",), "bad.py has no class"),
        (
            ("net.py:Net", "--python", "nothing"),
            "nothing has no torch: install it there, or name another with --python",
        ),
    ],
)
def test_what_cannot_be_asked(run: Run, verifier: Pretended, arguments: tuple[str, ...], message: str) -> None:
    result = run("inspect", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {message}\n")


def test_class_that_cannot_be_built_names_the_way_out(run: Run, verifier: Pretended) -> None:
    verifier.answers["INSPECT"] = UNBUILT
    result = run("inspect", "net.py:Net")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "error: net.py:Net cannot be shown (not-constructed): `Net()` raises TypeError; say how with a comment above "
        "the class: # torchmodlint: example Net(...)\n"
    )


def test_worker_that_cannot_start(run: Run, verifier: Pretended) -> None:
    verifier.unavailable = "there is no CUDA device"
    assert run("inspect", "net.py:Net").stderr == "error: there is no CUDA device\n"


REAL = """\
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int, depth: int):
        super().__init__()
        self.layers = [nn.Linear(width, width) for _ in range(depth)]
        self.norm = nn.BatchNorm1d(width)
        self.again = self.norm
        self.norm.weight.requires_grad_(False)
        self.scale = torch.ones(3, dtype=torch.float64)
        print("noise")


def main():
    Block(8, depth=2)
"""


@pytest.mark.torch
def test_real(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(REAL)
    done = torchmodlint(tmp_path, "inspect", "net.py:Block", "--output-format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    document = json.loads(done.stdout)
    rows = {row["name"]: row for row in document["modules"]}
    assert list(rows) == ["", "norm", "again"]
    width = rows["norm"]["parameters"] // 2
    assert (rows[""]["parameters"], rows[""]["trainable"]) == (2 * width, width)
    assert (rows["norm"]["buffers"], rows["norm"]["bytes"]) == (2 * width + 1, 4 * 4 * width + 8)
    assert (rows["again"]["shared_with"], rows["again"]["type"]) == ("norm", "nn.BatchNorm1d")
    hidden = {each["path"]: each for each in document["hidden"]}
    assert next(iter(hidden)) == "layers[0]"
    assert (hidden["scale"]["kind"], hidden["scale"]["bytes"]) == ("tensor", 24)
    assert hidden["layers[0]"]["elements"] == width * width + width
