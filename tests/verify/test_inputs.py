from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.building import build_class, inputs_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("same_interpreter")]

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nfrom typing import *\n\n"


def net(members: str, forward: str, *body: str) -> str:
    """A class with these members, separated by semicolons, and this forward."""
    made = "\n".join(f"        self.{each.strip()}" for each in members.split(";") if each.strip())
    lines = "\n".join(f"        {line}" for line in body)
    return (
        f"{HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n{made}\n\n"
        f"    def forward(self, {forward}):\n{lines}\n"
    )


CALLED = {
    "a linear layer": net("fc = nn.Linear(5, 3)", "x", "return self.fc(x)"),
    "a convolution": net("c = nn.Conv2d(7, 3, 3)", "x", "return self.c(x)"),
    "a volume": net("c = nn.Conv3d(2, 3, 3)", "x", "return self.c(x)"),
    "an embedding": net("e = nn.Embedding(11, 3)", "x", "return self.e(x)"),
    "a recurrent layer": net("r = nn.GRU(6, 3)", "x, hidden=None", "return self.r(x, hidden)"),
    "attention": net("a = nn.MultiheadAttention(8, 2)", "query, key, value", "return self.a(query, key, value)"),
    "a flattened image": net(
        "c = nn.Conv2d(1, 4, 3, padding=1); fc = nn.Linear(4 * 28 * 28, 10)",
        "x",
        "return self.fc(self.c(x).flatten(1))",
    ),
    "a pooled image of a fixed size": net(
        "c = nn.Conv2d(3, 6, 5); fc = nn.Linear(6 * 14 * 14, 10)",
        "x",
        "return self.fc(F.max_pool2d(self.c(x), 2).flatten(1))",
    ),
    "a layer for each": net(
        "a = nn.Linear(3, 4); b = nn.Linear(5, 4)", "first, second", "return self.a(first) + self.b(second)"
    ),
    "the order of use": net(
        "late = nn.Linear(9, 2); early = nn.Conv1d(4, 9, 1)", "x", "return self.late(self.early(x).mean(-1))"
    ),
    "dimensions that are unpacked": net(
        "fc = nn.Linear(5, 3)", "x", "b, t, f = x.shape", "return self.fc(x.reshape(b * t, f))"
    ),
    "dimensions that are permuted": net("fc = nn.Linear(5, 3)", "x", "return self.fc(x.permute(1, 0, 2))"),
    "a mask": net("a = nn.Linear(6, 6)", "x, mask", "return self.a(x).masked_fill(~mask.unsqueeze(-1), 0)"),
    "a mask of a signal": net("c = nn.Conv1d(6, 6, 1)", "x, x_mask", "return self.c(x) * x_mask"),
    "a timestep": net(
        "c = nn.Conv2d(3, 4, 3); e = nn.Embedding(10, 4)", "x, t", "return self.c(x) + self.e(t)[:, :, None, None]"
    ),
    "a loss": net("m = nn.MSELoss()", "prediction, target", "return self.m(prediction, target)"),
    "a dictionary": net("fc = nn.Linear(5, 3)", "batch", "return self.fc(batch['x']) * batch['scale'].mean()"),
    "an object": net("fc = nn.Linear(5, 3)", "data", "return self.fc(data.features)"),
    "a graph": net(
        "fc = nn.Linear(5, 3)",
        "x, edge_index",
        "return self.fc(x).index_add(0, edge_index[0], self.fc(x)[edge_index[1]])",
    ),
    "a pyramid": net(
        "c = nn.Conv2d(4, 4, 1)",
        "features: List[torch.Tensor]",
        "a, b, c = features",
        "return torch.cat([self.c(a), F.interpolate(b, scale_factor=2), F.interpolate(c, scale_factor=4)], 1)",
    ),
    "an optional that is needed": net("fc = nn.Linear(5, 3)", "x, extra=None", "return self.fc(x) + extra.mean()"),
    "a number": net("fc = nn.Linear(5, 3)", "x, n: int", "return [self.fc(x) for _ in range(n)]"),
    "a divisible side": net(
        "c = nn.Conv2d(3, 4, 1)", "img", "assert img.shape[-1] % 7 == 0, 'must be divisible by 7'", "return self.c(img)"
    ),
    "a text": net("fc = nn.Linear(5, 3)", "text", "return text.lower()"),
    "any number of tensors": net("fc = nn.Linear(5, 3)", "*xs", "return self.fc(xs[0])"),
    "cuda": net("fc = nn.Linear(5, 3)", "x", "return self.fc(x.cuda()) + torch.zeros(3, device='cuda')"),
    "an early exit": net("fc = nn.Linear(5, 3)", "x", "raise SystemExit", "").replace("raise SystemExit", "return x"),
    "__call__": net("fc = nn.Linear(5, 3)", "x", "return self.fc(x)").replace("def forward", "def __call__"),
    "a keyword": net("fc = nn.Linear(5, 3)", "x, *, other", "return self.fc(x) + self.fc(other)"),
}


@pytest.mark.parametrize("source", CALLED.values(), ids=CALLED)
def test_forward_runs(source: str, tmp_path: Path) -> None:
    inputs = inputs_of(source, tmp_path)
    assert inputs is not None
    assert inputs.complete, inputs.text


def test_the_text_is_an_expression(tmp_path: Path) -> None:
    inputs = inputs_of(CALLED["a mask"], tmp_path)
    assert inputs.text == "torch.randn(2, 16, 6), torch.ones(2, 16, dtype=torch.bool)"


def test_inputs_are_alike_each_time(tmp_path: Path) -> None:
    import torch

    inputs = inputs_of(CALLED["a linear layer"], tmp_path)
    ((first,), _), ((second,), _) = inputs.make(), inputs.make()
    assert first is not second
    assert torch.equal(first, second)


def test_inputs_on_another_device(tmp_path: Path) -> None:
    inputs = inputs_of(CALLED["a dictionary"], tmp_path)
    ((batch,), _) = inputs.on("meta")
    assert {each.device.type for each in batch.values()} == {"meta"}


def test_the_best_that_was_found(tmp_path: Path) -> None:
    inputs = inputs_of(net("fc = nn.Linear(5, 3)", "x", "self.fc(x)", "raise RuntimeError('never')"), tmp_path)
    assert not inputs.complete
    assert inputs.make()[0][0].shape[-1] == 5


def test_no_forward(tmp_path: Path) -> None:
    assert inputs_of(HEAD + "class Net(nn.Module):\n    pass\n", tmp_path) is None


def test_the_module_is_left_without_hooks(tmp_path: Path) -> None:
    from torchmodlint.verify.worker.inputs.search import search
    from torchmodlint.verify.worker.synth.clock import Budget

    attempt = build_class(CALLED["a convolution"], tmp_path)
    search(attempt.instance, None, Budget(5.0))
    assert not any(each._forward_hooks or each._forward_pre_hooks for each in attempt.instance.modules())


def test_sizes_of_the_plan(tmp_path: Path) -> None:
    source = (
        HEAD + "class Net(nn.Module):\n    def __init__(self, image_size, patch_size, channels=3):\n"
        "        super().__init__()\n"
        "        self.n = (image_size // patch_size) ** 2\n        self.p = nn.Linear(channels * patch_size ** 2, 8)\n"
        "        self.e = nn.Parameter(torch.zeros(1, self.n, 8))\n        self.s = patch_size\n\n"
        "    def forward(self, img):\n        x = F.unfold(img, self.s, stride=self.s).transpose(1, 2)\n"
        "        return self.p(x) + self.e\n"
    )
    assert inputs_of(source, tmp_path).text == "torch.randn(2, 3, 64, 64)"


def test_a_slow_forward(tmp_path: Path) -> None:
    import time

    started = time.monotonic()
    inputs = inputs_of(net("fc = nn.Linear(5, 3)", "x", "import time", "time.sleep(30)"), tmp_path)
    assert not inputs.complete
    assert time.monotonic() - started < 20  # of the 30 that one call would take
