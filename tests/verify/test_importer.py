from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.verify.building import load_source

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("same_interpreter")]


def test_what_is_there_is_imported_for_real(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from .blocks import Block

        class Net(Block):
            pass
        """,
        tmp_path,
        {"plain/__init__.py": "", "plain/blocks.py": "from torch import nn\n\nclass Block(nn.Module):\n    pass\n"},
        "plain.net",
    )
    assert (loaded.strategy, loaded.stubbed) == ("real", ())
    assert loaded.find("Net").__mro__[1] is sys.modules["plain.blocks"].Block


def test_the_linted_text_is_what_runs(tmp_path: Path) -> None:
    import inspect

    loaded = load_source(
        "from torch import nn\n\nclass Net(nn.Module):\n    new = 1\n",
        tmp_path,
        on_disk="from torch import nn\n\nclass Net(nn.Module):\n    old = 1\n",
    )
    net = loaded.find("Net")
    assert hasattr(net, "new")
    assert "new = 1" in inspect.getsource(net)


def test_code_has_the_path_of_the_job(tmp_path: Path) -> None:
    loaded = load_source("from torch import nn\n\nclass Net(nn.Module):\n    def forward(self): ...\n", tmp_path)
    assert loaded.find("Net").forward.__code__.co_filename == loaded.job.path


def test_a_broken_package_is_not_run(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from torch import nn
        from broken import Block, helper

        class Net(nn.Module):
            block = Block
            two = helper(1)
        """,
        tmp_path,
        {
            "broken/__init__.py": "from .blocks import Block\nfrom .tools import *\nopen('/no/such/file')\n",
            "broken/blocks.py": "class Block:\n    pass\n",
            "broken/tools.py": "def helper(x):\n    return x + 1\n",
        },
        "broken.net",
    )
    assert (loaded.strategy, loaded.find("Net").two) == ("real", 2)
