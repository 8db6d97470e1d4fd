"""Imports that fail, and what an import must not do."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.verify.building import load_source

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("same_interpreter")]


def test_no_valid_syntax(tmp_path: Path) -> None:
    from torchmodlint.verify.worker.answers import Inconclusive

    with pytest.raises(Inconclusive, match=r"cannot be imported: line 3 is no valid syntax"):
        load_source("from torch import nn\n\nclass Net(:\n", tmp_path)


def test_the_message_names_the_line(tmp_path: Path) -> None:
    from torchmodlint.verify.worker.answers import Inconclusive

    with pytest.raises(
        Inconclusive, match=r"net_of_test_\d+.py cannot be imported: ZeroDivisionError: .* \(net_of_test_\d+.py:4\)"
    ):
        load_source("from torch import nn\n\nclass Net(nn.Module):\n    width = 1 / 0\n", tmp_path)


def test_cuda_at_import(tmp_path: Path) -> None:
    loaded = load_source(
        """
        import torch
        from torch import nn

        mean = torch.zeros(3).cuda()
        scale = torch.ones(3, device="cuda")
        shared = nn.Linear(3, 3).cuda().to("cuda:0")

        @torch.compile
        def fast(x):
            return x

        class Net(nn.Module):
            pass
        """,
        tmp_path,
    )
    assert loaded.strategy == "real"
    assert loaded.namespace["fast"](3) == 3


def test_nothing_is_compiled(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from torch import nn
        from torch.utils.cpp_extension import load

        try:
            fast = load(name="fast", sources=["fast.cpp"])
        except ImportError:
            fast = None
        needed = load(name="needed", sources=["needed.cpp"])

        class Net(nn.Module):
            pass
        """,
        tmp_path,
    )
    assert loaded.find("Net")
    assert loaded.strategy == "stub"
    assert loaded.stubbed == ("torch.utils.cpp_extension.load",)


def test_torch_is_as_before(tmp_path: Path) -> None:
    import torch

    load_source(
        """
        import torch
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        class Net(torch.nn.Module):
            pass
        """,
        tmp_path,
    )
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32


def test_a_package_that_runs_its_modules_by_itself(tmp_path: Path) -> None:
    """With loaders of its own it has run what lies on disk, which is not what was linted."""
    package = """
        import importlib.machinery, os
        from own import net
        path = os.path.join(os.path.dirname(__file__), "net.py")
        importlib.machinery.SourceFileLoader("own.net", path).exec_module(net)
        """
    loaded = load_source(
        "from torch import nn\n\nclass Net(nn.Module):\n    new = 1\n",
        tmp_path,
        {"own/__init__.py": textwrap.dedent(package)},
        "own.net",
        on_disk="from torch import nn\n\nclass Net(nn.Module):\n    old = 1\n",
    )
    assert hasattr(loaded.find("Net"), "new")


def test_what_cannot_be_imported_can_still_be_read(tmp_path: Path) -> None:
    from torchmodlint.verify.wire import FileJob, PackageJob
    from torchmodlint.verify.worker.answers import Inconclusive
    from torchmodlint.verify.worker.importer.load import read

    text = "import torch\n\nBASES = open('nothing')\n\nclass Net(*BASES):\n    pass\n"
    job = FileJob(str(tmp_path / "net.py"), "net.py", "net", text, ())
    loaded = read(PackageJob(str(tmp_path), (str(tmp_path),), (job,)), job)
    assert loaded.tree.body
    with pytest.raises(Inconclusive, match=r"net\.py cannot be imported"):
        loaded.find("Net")


def test_another_package_of_the_project_is_broken(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from torch import nn
        from beside.tools import helper
        from sound.utils import Block

        class Net(Block):
            two = helper(1)
        """,
        tmp_path,
        {
            "sound/__init__.py": "",
            "sound/utils/__init__.py": "from .blocks import Block\nopen('/no/such/file')\n",
            "sound/utils/blocks.py": "from torch import nn\n\nclass Block(nn.Module):\n    pass\n",
            "beside/__init__.py": "open('/no/such/version.txt')\n",
            "beside/tools.py": "def helper(x):\n    return x + 1\n",
        },
        "sound.net",
    )
    assert (loaded.strategy, loaded.find("Net").two) == ("real", 2)
