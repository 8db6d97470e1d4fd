from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.verify.building import load_source

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("same_interpreter")]


SCRIPT = """
import argparse
import os
import torch
from torch import nn
from torch.utils.data import DataLoader
import missing_plots as plt

parser = argparse.ArgumentParser()
parser.add_argument("--width", type=int, default=7)
parser.add_argument("data")
args = parser.parse_args()
HIDDEN = args.width * 2
open({ran!r}, "w").close()

def helper(x):
    return x + DEPTH

DEPTH = 3

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(HIDDEN, helper(1))

model = Net().cuda()
for epoch in range(100):
    loss = model(torch.zeros(1)).sum()
    loss.backward()
"""


def test_a_script_is_never_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    source = SCRIPT.format(ran=str(ran)).replace('parser.add_argument("data")\n', "")
    loaded = load_source(source, tmp_path)
    assert loaded.strategy == "slice"
    linear = loaded.find("Net")().linear
    assert (linear.in_features, linear.out_features) == (14, 4)
    assert not ran.exists()
    assert "model" not in loaded.namespace


def test_a_required_argument_is_not_there(tmp_path: Path) -> None:
    loaded = load_source(SCRIPT.format(ran=str(tmp_path / "ran")), tmp_path)
    with pytest.raises(NameError, match="HIDDEN"):
        loaded.find("Net")()


@pytest.mark.parametrize(
    ("source", "is_script"),
    [
        ("args = parser.parse_args()", True),
        ("for x in loader:\n    loss.backward()", True),
        ("def main(): ...\nmain()", True),
        ("def main(): ...\nif __name__ == '__main__':\n    main()", False),
        ("import sys\nwidth = int(sys.argv[1])", True),
        ("state = torch.load('x.pt')", True),
        ("data = MNIST('.', download=True)", True),
        ("for name in names:\n    register(name)", False),
        ("class A:\n    def f(self):\n        self.loss.backward()", False),
        ("import json\nx = json.loads('1')", False),
    ],
)
def test_scripts(source: str, is_script: bool) -> None:
    from torchmodlint.verify.worker.importer.scripts import runs

    assert runs(ast.parse(source)) is is_script


def test_a_script_that_another_file_imports(tmp_path: Path) -> None:
    loaded = load_source(
        "from trained.train import Block\n\nclass Net(Block):\n    pass\n",
        tmp_path,
        {
            "trained/__init__.py": "",
            "trained/train.py": """
            from torch import nn
            class Block(nn.Module):
                pass
            raise_me = Block().fit()
            """,
        },
        "trained.net",
    )
    assert loaded.find("Net").__mro__[1].__name__ == "Block"


def test_a_registry_refuses_the_second_registration(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from torch import nn

        SEEN = {"net": 1}

        def register(cls):
            if cls.__name__.lower() in SEEN:
                raise KeyError("already registered")
            return cls

        broken = 1 / 0

        @register
        class Net(nn.Module):
            pass
        """,
        tmp_path,
    )
    assert loaded.strategy == "slice"
    assert loaded.find("Net").__name__ == "Net"


def test_lines_stay_what_they_are(tmp_path: Path) -> None:
    loaded = load_source(
        "import torch\nfrom torch import nn\nx = 1 / 0\n\n\nclass Net(nn.Module):\n    def forward(self): ...\n",
        tmp_path,
    )
    code = loaded.find("Net").forward.__code__
    assert (code.co_filename, code.co_firstlineno) == (loaded.job.path, 7)


def test_a_name_from_elsewhere_in_the_project(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from torch import nn
        from .everything import *
        broken = 1 / 0

        class Net(Block):
            pass
        """,
        tmp_path,
        {
            "elsewhere/__init__.py": "",
            "elsewhere/everything.py": "raise OSError('broken, too')\n",
            "elsewhere/blocks.py": "from torch import nn\n\nclass Block(nn.Module):\n    pass\n",
        },
        "elsewhere.net",
    )
    assert loaded.find("Net").__mro__[1].__module__ == "elsewhere.blocks"


def test_a_name_whose_package_is_broken(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from torch import nn
        from ..utils import resize
        broken = 1 / 0

        class Net(nn.Module):
            resized = resize(3)
        """,
        tmp_path,
        {
            "halves/__init__.py": "",
            "halves/models/__init__.py": "",
            "halves/utils/__init__.py": "open('/no/such/file')\n",
            "halves/utils/shapes.py": "def resize(x):\n    return x + 1\n",
        },
        "halves.models.net",
    )
    assert loaded.find("Net").resized == 4


def test_packages_that_star_import_one_another_are_asked_once_each(tmp_path: Path) -> None:
    # Nine packages, each of which imports everything of all others: there are a hundred thousand ways through them.
    names = [f"part{number}" for number in range(9)]
    others = {
        f"tangle/{name}/__init__.py": "raise RuntimeError('no')\n"
        + "".join(f"from tangle.{other} import *\n" for other in names if other != name)
        for name in names
    }
    loaded = load_source(
        "\n".join(
            [
                "from torch import nn",
                f"from tangle import {', '.join(names)}",
                "nowhere = getattr(part0, 'nowhere', None)",
                "class Net(nn.Module): pass",
            ]
        ),
        tmp_path,
        module="tangle.net",
        others={"tangle/__init__.py": "", **others},
    )
    assert loaded.namespace["nowhere"] is None
