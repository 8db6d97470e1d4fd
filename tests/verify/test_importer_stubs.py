from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.verify.building import build_class, load_source

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("same_interpreter")]


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


def test_a_generated_file_that_is_not_there(tmp_path: Path) -> None:
    loaded = load_source(
        "from torch import nn\nfrom ._version import version\nfrom . import _C\n\nclass Net(nn.Module):\n    pass\n",
        tmp_path,
        {"generated/__init__.py": ""},
        "generated.net",
    )
    assert loaded.strategy == "stub"
    assert loaded.stubbed == ("generated._C", "generated._version")


def test_a_number_that_a_missing_library_gives_is_told(tmp_path: Path) -> None:
    attempt = build_class(
        """
        from missing_config import Config
        from torch import nn

        class Net(nn.Module):
            def __init__(self, name: str):
                super().__init__()
                config, _ = Config.load(name)
                self.a = nn.Linear(config.hidden_size, config.hidden_size // config.num_heads)
                self.b = nn.ModuleList(nn.Dropout(config.dropout) for _ in range(config.num_layers))
        """,
        tmp_path,
    )
    assert attempt.built, attempt.error
    assert (attempt.instance.a.weight.shape, len(attempt.instance.b)) == ((8, 32), 3)
    assert dict(attempt.plan.numbers)["missing_config.Config.load().num_layers"] == 3
    assert "missing_config.Config.load().hidden_size taken as 32" in attempt.plan.describe()


def test_a_class_of_another_library_is_no_decorated_definition(tmp_path: Path) -> None:
    loaded = load_source(
        """
        import missing_registry
        import torch
        from torch import nn

        class Net(nn.Module):
            pass

        @missing_registry.register(torch.device)
        def save(device):
            return 4

        Same = missing_registry.register(Net)
        """,
        tmp_path,
    )
    assert loaded.namespace["save"](None) == 4
    assert loaded.namespace["Same"] is loaded.find("Net")
