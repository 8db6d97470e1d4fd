"""What probes look with: hidden things, moves, recorders, and the stand-in for CUDA. All of it is undone afterwards."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.torch


def test_hidden_things_have_a_path_a_kind_and_a_size() -> None:
    import torch
    from torch import nn

    from torchmodlint.core.parts import Held
    from torchmodlint.verify.worker.observe.hidden import hidden

    class Part(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.ones(3, dtype=torch.float64)
            self.proj = nn.Linear(2, 2)
            self.alias = [self.proj, self.proj.weight]

        @property
        def bad(self) -> None:
            raise RuntimeError("never read")

        def __getattr__(self, name: str) -> torch.Tensor | nn.Module:
            assert name in ("proj", "part"), name
            return super().__getattr__(name)

    class Net(Part):
        def __init__(self) -> None:
            super().__init__()
            self.part = Part()
            self.layers = {"a": [(nn.Linear(2, 3),)]}
            self.weights = [nn.Parameter(torch.ones(2)), 3, None]
            self.again = self.layers
            self.itself = [self]

    assert hidden(Net()) == [
        Held("scale", "tensor", "Tensor", 0, 3, 24, False),
        Held("layers['a'][0][0]", "module", "Linear", 2, 9, 36, True),
        Held("weights[0]", "parameter", "Parameter", 1, 2, 8, True),
        Held("part.scale", "tensor", "Tensor", 0, 3, 24, False),
    ]


def test_computed_weights_are_not_hidden() -> None:
    from torch import nn

    from torchmodlint.verify.worker.observe.hidden import hidden

    assert hidden(nn.LSTM(2, 2)) == []
    with pytest.warns(FutureWarning, match="weight_norm"):
        normed = nn.utils.weight_norm(nn.Linear(2, 2))
    assert hidden(normed) == []
    assert hidden(nn.LazyLinear(3)) == []


def test_list_that_holds_itself() -> None:
    from torch import nn

    from torchmodlint.verify.worker.observe.hidden import hidden

    net = nn.Module()
    knot: list[object] = [nn.Linear(1, 1)]
    knot.append(knot)
    net.knot = knot  # type: ignore[assignment]
    assert [each.path for each in hidden(net)] == ["knot[0]"]


@pytest.mark.parametrize("target", ["cpu", "meta"])
def test_cuda_stands_for_another_device(target: str) -> None:
    import torch
    from torch import nn

    from torchmodlint.verify.worker.observe.cuda_shim import standing_in

    with standing_in(target) as moves:
        parameter = nn.Parameter(torch.ones(2)).cuda()
        layer = nn.Linear(2, 2).to("cuda:1")
        made = [
            torch.zeros(2, device="cuda"),
            torch.ones(2).to(torch.device("cuda")),
            torch.ones(2).new_zeros(1, device="cuda"),
        ]
        assert torch.cuda.current_device() == 0
        assert not torch.cuda.is_available()
        with torch.cuda.device(0):
            pass
    assert {one.device.type for one in [parameter, layer.weight, *made]} == {target}
    assert isinstance(parameter, nn.Parameter) == (target == "cpu")
    assert {path for path, _ in moves.places} == {__file__}


def test_cuda_is_itself_again() -> None:
    import torch

    from torchmodlint.verify.worker.observe.cuda_shim import standing_in

    before = torch.cuda.current_device, vars(torch.cuda)["FloatTensor"]
    with pytest.raises(ZeroDivisionError), standing_in():
        raise ZeroDivisionError
    assert (torch.cuda.current_device, vars(torch.cuda)["FloatTensor"]) == before


def test_inner_stand_in_keeps_the_device_of_the_outer() -> None:
    import torch

    from torchmodlint.verify.worker.observe.cuda_shim import standing_in

    with standing_in("meta") as outer, standing_in("cpu") as inner:
        assert torch.ones(2).cuda().device.type == "meta"
    assert outer is inner
    assert len(outer.places) == 1


def test_initialisers_are_recorded_and_put_back() -> None:
    from torch import nn

    from torchmodlint.verify.worker.observe.recorder import initialisers

    before = nn.Module.__init__
    with initialisers() as recorder:
        net = nn.Sequential(nn.ReLU())
        nn.Module.__init__(net)
    assert nn.Module.__init__ is before
    first, second = recorder.of(net)
    assert first.before == {}
    assert list(second.before) == ["0"]
    assert second.steps[0].code.co_name == "test_initialisers_are_recorded_and_put_back"


def test_uses_of_a_tensor() -> None:
    import torch

    from torchmodlint.verify.worker.observe.uses import Watch

    watched, other = torch.ones(3), torch.ones(3)
    with Watch(watched, __file__) as watch:
        part = watched[:2].view(1, 2) * 2
        other[watched.long()]
        watched.to(other.device) + other
        torch.zeros_like(watched) + other
        assert watched.shape[0] == len(watched)
    assert watch.uses.computed == []
    assert (watch.uses.moved, watch.uses.indexed) == (1, 1)
    assert watch.follows([part])
    with watch:
        torch.cat([other[:2], part[0]])
    assert [name for name, _ in watch.uses.computed] == ["cat"]
