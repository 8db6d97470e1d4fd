from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.verify.building import build_class

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("same_interpreter")]

NET = """
from torch import nn

class Net(nn.Module):
    def __init__(self, width, act, *rest, **more):
        super().__init__()
        self.a = nn.Linear(width, 2)
"""


def found(text: str, folder: Path, **scope: object) -> list[tuple[tuple[str, ...], dict[str, str], int]]:
    """The calls of Net in a file of the folder: arguments, keywords, and how many were lost."""
    from torchmodlint.verify.worker.importer.files import texts
    from torchmodlint.verify.worker.synth.callsites import sites

    texts.cache_clear()
    (folder / "use.py").write_text(textwrap.dedent(text))
    return [
        (site.arguments, dict(site.keywords), site.lost)
        for site in sites("Net", str(folder), "own.py", "", dict(scope))
    ]


def test_constants_near_the_call(tmp_path: Path) -> None:
    text = """
    def main(width):
        depth = 2
        twice = depth * 2
        changed = 1
        changed = 2
        Net(depth, twice)
        Net(width, 3)
        Net(3, width)
        Net(changed)
        Net(act=depth, other=unknown)
    """
    assert found(text, tmp_path) == [
        (("2", "2 * 2"), {}, 0),
        (("3",), {}, 1),
        ((), {}, 1),
        ((), {"act": "2"}, 1),
        ((), {}, 2),
    ]


def test_names_of_the_file_are_kept(tmp_path: Path) -> None:
    assert found("x = Net(WIDTH, nn.ReLU())\n", tmp_path, WIDTH=3, nn=None) == [(("WIDTH", "nn.ReLU()"), {}, 0)]


def test_another_class_of_that_name(tmp_path: Path) -> None:
    assert found("class Net:\n    pass\n\nx = Net(3)\n", tmp_path) == []


def test_what_looks_like_a_call(tmp_path: Path) -> None:
    assert found("# Net(3)\ndef Net(x): ...\nMyNet(4)\nwidth = 1\n", tmp_path) == []


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("Net(3\n")
    (tmp_path / "latin.py").write_bytes(b"x = '\xe9'\nNet(5)\n")
    assert found("Net(4)\n", tmp_path) == [(("4",), {}, 0)]


def test_a_call_that_loads_weights(tmp_path: Path) -> None:
    source = (
        NET.replace("width, act, *rest, **more", "width, pretrained=False")
        + "\nnet = lambda: Net(7, pretrained=True)\n"
    )
    attempt = build_class(source, tmp_path)
    assert attempt.plan.call == "Net(width=7, pretrained=False)"
    assert attempt.plan.origin == "guess"


def test_what_was_mended_is_nobodys_call(tmp_path: Path) -> None:
    source = (
        NET.replace("*rest, **more", "kind").replace("self.a =", "assert kind == 'good'\n        self.a =")
        + "\nnet = lambda: Net(7, None, 'bad')\n"
    )
    attempt = build_class(source, tmp_path)
    assert attempt.plan.call == "Net(width=7, act=None, kind='good')"
    assert (attempt.plan.origin, attempt.plan.witness) == ("guess", None)


def test_arguments_beyond_the_names(tmp_path: Path) -> None:
    attempt = build_class(NET + "\nnet = lambda: Net(7, None, 1, 2, key='x')\n", tmp_path)
    assert attempt.plan.call == "Net(7, None, 1, 2, key='x')"


def test_code_in_documentation() -> None:
    from torchmodlint.verify.worker.synth.docstrings import blocks, parsed

    example = ">>> x = 3\n>>> net = Net(\n...     x)\n>>> net(x)\ntensor([1.])\n"
    document = f"Use it.\n\n{example}\nOr:\n\n    net = Net(4,\n        5)\n"
    first, *others = list(blocks(document, "Net"))
    assert first == "x = 3\nnet = Net(\n    x)\nnet(x)"
    assert others == ["net = Net(4,\n    5)"]
    assert parsed("x = 1\n>>> nonsense") is not None
