"""A file is not parsed for a repeated list in which no call can make a module."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.analysis.packages import write
from torchmodlint.analysis.project import Project
from torchmodlint.analysis.repeats import repeats_modules

HEAD = """
import copy
import torch
from torch import nn
import numpy as np
from blocks import Block, Options, make_block
"""
BLOCKS = """
from torch import nn
class Block(nn.Module): ...
class Options: ...
def make_block(): return Block()
"""


def told(folder: Path, body: str) -> bool:
    write(folder, {"blocks.py": BLOCKS, "one.py": HEAD + body})
    project = Project(folder)
    return repeats_modules(project, project.source(folder / "one.py"), HEAD + body)


@pytest.mark.parametrize(
    "body",
    [
        "x = [nn.Linear(8, 8)] * 4",
        "x = [nn.Linear(8, 8), nn.ReLU()] * 4",
        "x = [nn.ReLU(), nn.Linear(8, int(8))]*4",
        "x = [\n  nn.Linear(\n    8, 8)] * 4",
        "x = [Block()] * 4",
        "x = [make_block()] * 4",
        "x = [copy.deepcopy(layer)] * 4",
        "x = [(nn.Linear)(8, 8)] * 4",
        "x = [kinds[0](8)] * 4",
        "x = [torch.zeros(1), [nn.Linear(8, 8)]]; y = [(x)] * 4; z = [[nn.Linear(8, 8)] * 2, (3)] * 2",
        "def f(factory):\n  return [factory(8)] * 4",
        "def f(self):\n  return [self.make(8)] * 4",
        "def f():\n  from torch.nn import Linear as list\n  return [list(8, 8)] * 4",
        "x = ['{}'.format(8)] * 4",  # what a string's method gives is not looked up
        "x = [nn.Sequential(*parts)] * 4",
    ],
)
def test_what_may_be_a_module_is(tmp_path: Path, body: str) -> None:
    assert told(tmp_path, body)


@pytest.mark.parametrize(
    "body",
    [
        "x = [slice(None)] * 4",
        "x = [float('nan')] * 4",
        "x = [(0, 0)] * 4",
        "x = [torch.zeros(3, int(4))] * 4",
        "x = [Options()] * 4",
        "x = [n if (n) else (0)] * 4",
        "# [nn.Linear(8, 8)] * 4",
        "x = '[nn.Linear(8, 8)] * 4'",
        "x = nn.Linear(8, 8)\ny = [(1)] * 4",
        "x[len(x)] *= 4",
        ")] * 4",
        "x = )] * 4",
    ],
)
def test_what_is_none_is_not(tmp_path: Path, body: str) -> None:
    assert not told(tmp_path, body)


@settings(deadline=None)
@example("((1)] * 2")  # brackets that do not match
@given(st.lists(st.sampled_from([*"()[]{}*.,:'\"\\#\n ", "f", "if", "nn.Linear", "2", ")] * 2", "ℵ"])).map("".join))
def test_any_text_gets_an_answer(text: str) -> None:
    project = Project(Path("nowhere"))
    assert repeats_modules(project, project.source(Path("nowhere/one.py"), text), text) in (True, False)


@pytest.mark.parametrize("part", [")]*", "[(", "[f()]*2,", "[(f())]*2+[", "[(" * 50 + ")]*2" * 50])
def test_time_grows_no_faster_than_the_text(tmp_path: Path, part: str) -> None:
    project = Project(tmp_path)
    source = project.source(tmp_path / "one.py", "")
    start = process_time()
    repeats_modules(project, source, part * (300_000 // len(part)))
    assert process_time() - start < 5  # all take less than half a second; quadratic ones would take minutes
