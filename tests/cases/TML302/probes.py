"""Calls on made-up inputs: shapes, operations, speed, tracing; the graph of one is dropped at once."""

import time

import torch
from captum.attr import IntegratedGradients
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.layer(x)


def shapes(model):
    model.eval()
    for size in (32, 64, 128):
        out = model(torch.zeros(1, 3, size, size))
        print(size, tuple(out.shape))


def width(build):
    model = build().eval()
    sizes = {}
    for name, size in {"small": 32, "large": 64}.items():
        dummy = torch.randn(1, 3, size, size).to("cpu")
        sizes[name] = model(dummy).shape[1]
    return sizes


def speed(model, device):
    model.eval()
    sample = torch.rand(8, 3, 64, 64, device=device)
    for _ in range(10):
        model(sample)
    begin = time.perf_counter()
    for _ in range(100):
        _ = model(sample)
    return (time.perf_counter() - begin) / 100


def operations(models):
    from thop import profile

    for model in models:
        model.eval()
        print(profile(model, inputs=(torch.randn(1, 3, 64, 64),)))


def traced(models):
    for model in models:
        model.eval()
        torch.jit.trace(model, torch.randn(1, 3, 64, 64)).save("net.pt")


def attributed(model, loader):
    model.eval()
    method = IntegratedGradients(model)
    for x, y in loader:
        print(method.attribute(x, target=y))


def compared(model, other, sizes):
    """A check of two versions on noise."""
    model.eval()
    other.eval()
    for size in sizes:
        sample = torch.randn(1, 3, size, size)
        torch.testing.assert_close(model(sample), other(sample))


def module_of_its_own():
    net = Net()
    net.eval()
    return [net(torch.ones(1, 3, n, n)).numel() for n in range(8, 16)]


def once(model, x):
    """One graph, which is gone when the function returns."""
    model.eval()
    print(model(x).argmax().item())


def levels():
    return [torch.randn(1, 8, 16), torch.randn(1, 8, 32)]


def made_up_by_a_helper(model):
    model.eval()
    x = levels()
    for name in ("onnx", "coreml"):
        model.format = name
        print(model(x).sum().item())


def unused(model, loader, names):
    model.eval()
    for x, _ in loader:
        model(x)[0]
        model(x, names).logits


def only_shape_of_real_data(model, loader):
    model.eval()
    for x, _ in loader:
        print(model(x).argmax(1).tolist())  # TML302


def held_until_the_next_round(model, loader):
    model.eval()
    for x, _ in loader:
        _ = model(x)  # TML302


def of_which_a_part_is_used(model, loader):
    model.eval()
    parts = []
    for x, _ in loader:
        _, last = model(x)  # TML302
        parts.append(last)
    return len(parts)


def noisy(x):
    return x + torch.randn(1, 8)


def data_with_noise_of_a_helper(model, loader):
    model.eval()
    for x in loader:
        print(model(noisy(x)).sum().item())  # TML302
