"""How an object is built: the same each time, within its time, and as its class wants it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from tests.verify.building import build_class, net

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("same_interpreter")]


def test_the_same_weights_each_time(tmp_path: Path) -> None:
    import torch

    from tests.verify.building import load_source
    from torchmodlint.verify.worker.synth.clock import Budget
    from torchmodlint.verify.worker.synth.search import build, search

    loaded = load_source(
        net("dim", "import random", "self.a = nn.Linear(dim, 3)", "self.r = random.random()"), tmp_path
    )
    cls = loaded.find("Net")
    attempt: Any = search(loaded, "Net", cls, Budget(5.0))
    again: Any = build(loaded, cls, attempt.plan)
    assert torch.equal(attempt.instance.a.weight, again.instance.a.weight)
    assert attempt.instance.r == again.instance.r


def test_a_class_that_is_too_large_is_built_on_meta(tmp_path: Path) -> None:
    attempt = build_class(net("dim=2**22", "self.a = nn.Linear(dim, dim)"), tmp_path)
    assert attempt.built
    assert attempt.plan.device == "meta"
    assert attempt.instance.a.weight.device.type == "meta"


def test_a_slow_constructor_does_not_use_up_the_time(tmp_path: Path) -> None:
    import time

    started = time.monotonic()
    attempt = build_class(net("dim", "import time", "time.sleep(60)"), tmp_path, seconds=2.0)
    assert not attempt.built
    assert attempt.error.reason == "timeout"
    assert time.monotonic() - started < 8


def test_weights_are_not_downloaded(tmp_path: Path) -> None:
    import torch

    download = torch.hub.download_url_to_file
    attempt = build_class(
        net(
            "dim",
            "self.a = nn.Linear(dim, 3)",
            "state = torch.hub.load_state_dict_from_url('https://weights.invalid/net.pth')",
            "self.load_state_dict({name: value for name, value in state.items()})",
        ),
        tmp_path,
    )
    assert attempt.built, attempt.error
    assert not attempt.plan.weights
    assert attempt.plan.describe().endswith("without the weights that it downloads")
    assert torch.hub.download_url_to_file is download


def test_a_state_of_the_constructor_s_own_must_still_fit(tmp_path: Path) -> None:
    attempt = build_class(net("", "self.a = nn.Linear(3, 3)", "self.load_state_dict({})"), tmp_path)
    assert "Missing key" in str(attempt.error)


def test_an_optional_library_that_the_constructor_asks_for(tmp_path: Path) -> None:
    source = net("dim", "import not_there_at_all", "self.a = not_there_at_all.thing(dim)")
    attempt = build_class(source, tmp_path)
    assert attempt.built


def test_a_metaclass_with_its_own_call(tmp_path: Path) -> None:
    source = textwrap.dedent(
        """
        from torch import nn

        class Meta(type):
            def __call__(cls, *args, **kwargs):
                instance = cls.__new__(cls)
                nn.Module.__init__(instance)
                instance.__init__(*args, **kwargs)
                return instance

        class Net(nn.Module, metaclass=Meta):
            def __init__(self, dim):
                self.a = nn.Linear(dim, 2)
        """
    )
    assert build_class(source, tmp_path).built


def test_large_tensors_are_filled_in_blocks(tmp_path: Path) -> None:
    import torch

    from torchmodlint.verify.worker.synth.fills import BLOCK

    source = f"""
        from torch import nn

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.large = nn.Linear({BLOCK // 64}, 100)
                self.small = nn.Linear(64, 64)
    """
    module: Any = build_class(source, tmp_path).instance
    weight, bound = module.large.weight.detach(), (BLOCK // 64) ** -0.5
    assert weight.abs().max() <= bound
    assert abs(weight.std() - bound / 3**0.5) < 0.01 * bound  # as of a uniform distribution
    assert weight.unique().numel() > BLOCK // 4
    flat = weight.reshape(-1)
    assert torch.equal(flat[BLOCK : BLOCK + 1000], flat[:1000])
    assert "uniform_" not in vars(torch.Tensor)
    assert module.small.weight.unique().numel() > 4000
