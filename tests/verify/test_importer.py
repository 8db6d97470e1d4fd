from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.verify.building import load_source, same_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.torch


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with same_process():
        yield


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


def test_a_missing_library_is_stood_in_for(tmp_path: Path) -> None:
    loaded = load_source(
        """
        import missing_one.deep as deep
        from missing_two.sub import helper, MissingError
        from torch import nn

        class Net(nn.Module):
            @helper
            def forward(self, x: helper) -> "helper[int]":
                try:
                    return x
                except MissingError:
                    return deep.thing(x)

        @deep.decorator(name="x")
        def function():
            return 3
        """,
        tmp_path,
    )
    assert (loaded.strategy, loaded.stubbed) == ("stub", ("missing_one", "missing_two"))
    assert loaded.find("Net").forward.__name__ == "forward"
    assert loaded.namespace["function"]() == 3


def test_an_optional_import_stays_optional(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from torch import nn
        import missing_three
        try:
            import missing_four
            HAS = True
        except ImportError:
            HAS = False

        class Net(nn.Module):
            pass
        """,
        tmp_path,
    )
    assert loaded.namespace["HAS"] is False
    assert loaded.stubbed == ("missing_three",)


def test_a_base_of_a_missing_library_is_a_module_where_it_must_be(tmp_path: Path) -> None:
    from torch import nn

    loaded = load_source(
        """
        from torch import nn
        from lightning_of_nowhere import LightningModule, Mixin, Strange

        class Net(LightningModule):
            def __init__(self, width=3):
                super().__init__()
                self.save_hyperparameters()
                self.linear = nn.Linear(self.hparams.width, 3)

        class Other(Strange):
            def forward(self, x):
                return x

        class Both(nn.Module, Mixin):
            pass

        class Record(Mixin):
            pass
        """,
        tmp_path,
    )
    for name in ("Net", "Other", "Both"):
        assert issubclass(loaded.find(name), nn.Module), name
    assert not issubclass(loaded.namespace["Record"], nn.Module)
    assert loaded.namespace["Net"]().linear.in_features == 3


def test_layers_of_a_missing_library_are_modules(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from torch import nn
        from mm_of_nowhere import ConvModule, build_norm_layer, BaseModule, Registry

        LAYERS = Registry("layers")

        @LAYERS.register_module()
        class Net(BaseModule):
            def __init__(self):
                super().__init__(init_cfg=None)
                self.convs = nn.ModuleList([ConvModule(3, 4) for _ in range(3)])
                self.norm = nn.Sequential(build_norm_layer(dict(type="BN"), 4)[1])
        """,
        tmp_path,
    )
    net = loaded.find("Net")()
    assert len(list(net.children())) == 2
    assert loaded.stubbed == ("mm_of_nowhere",)


def test_a_base_that_its_metaclass_initialises(tmp_path: Path) -> None:
    # fastai's Module needs no `super().__init__()`: a stand-in for it must not look as if something were missing.
    loaded = load_source(
        """
        from torch import nn
        from fast_of_nowhere import Module

        class Net(Module):
            def __init__(self):
                self.linear = nn.Linear(3, 4)
        """,
        tmp_path,
    )
    assert len(list(loaded.find("Net")().parameters())) == 2


def test_a_name_that_torch_lacks(tmp_path: Path) -> None:
    loaded = load_source(
        """
        from torch import nn
        from torch.nn.modules.utils import _no_such_name
        from torch._six import container_abcs

        class Net(nn.Module):
            pass
        """,
        tmp_path,
    )
    assert loaded.strategy == "stub"
    assert loaded.find("Net")


def test_a_library_that_breaks_in_its_own_import_is_missing(tmp_path: Path) -> None:
    library = tmp_path / "site-packages" / "broken_library"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text("raise RuntimeError('operator x::nms does not exist')\n")
    sys.path.append(str(tmp_path / "site-packages"))
    loaded = load_source(
        "from torch import nn\nfrom broken_library import ops\n\nclass Net(nn.Module):\n    pass\n", tmp_path
    )
    assert loaded.stubbed == ("broken_library",)


def test_a_star_import_of_a_missing_library(tmp_path: Path) -> None:
    from torch import nn

    loaded = load_source(
        """
        from .base import *

        class Net(Module):
            def __init__(self):
                self.linear = noop(nn.Linear)(3, 4)
        """,
        tmp_path,
        {
            "starred/__init__.py": "",
            "starred/base.py": "from torch import nn\nfrom fastai_of_nowhere.imports import *\n",
        },
        "starred.net",
    )
    assert issubclass(loaded.find("Net"), nn.Module)
    assert loaded.stubbed == ("fastai_of_nowhere.imports",) or loaded.stubbed == ("fastai_of_nowhere",)


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


def test_a_generated_file_that_is_not_there(tmp_path: Path) -> None:
    loaded = load_source(
        "from torch import nn\nfrom ._version import version\nfrom . import _C\n\nclass Net(nn.Module):\n    pass\n",
        tmp_path,
        {"generated/__init__.py": ""},
        "generated.net",
    )
    assert loaded.strategy == "stub"
    assert loaded.stubbed == ("generated._C", "generated._version")


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
