"""Tensors made in the constructor, or given to it, and computed with in forward."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def gaussian(size):
    grid = torch.arange(size, dtype=torch.float32)
    kernel = torch.exp(-((grid - size // 2) ** 2))
    return kernel / kernel.sum()


class Made(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = torch.zeros(width)  # TML111
        self.b = torch.ones(1, width)  # TML111
        self.c = torch.arange(width)  # TML111
        self.d = torch.tensor([1.0, 2.0, 3.0])  # TML111
        self.e = torch.tensor([0.5, 0.5]).view(1, 2, 1)  # TML111
        self.f = torch.linspace(0, 1, width)  # TML111
        self.g = torch.eye(width)  # TML111
        self.h = torch.from_numpy(np.ones((3, 3)))  # TML111
        self.i = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))  # TML111
        self.j = gaussian(width)  # TML111
        self.k = torch.triu(torch.ones(width, width), diagonal=1)  # TML111
        self.l = 2 * torch.ones(width) - 1  # TML111
        self.m = torch.stack([torch.zeros(width), torch.ones(width)])  # TML111
        self.n = torch.full((width,), 3.0)  # TML111
        self.o = torch.FloatTensor([1.0, 2.0])  # TML111
        encoding = torch.zeros(width, width)
        encoding[:, 0::2] = 1.0
        self.p = encoding  # TML111
        self.q = torch.randn(width, width)  # TML111
        self.r = torch.zeros(width).unsqueeze(0)  # TML111
        self.s, self.t = torch.ones(width), torch.zeros(width)  # TML111 TML111
        self.u: Tensor = torch.ones(width)  # TML111

    def forward(self, x):
        x = x * self.a + self.b - self.c
        x = x / self.d + self.e @ x
        x = torch.matmul(x, self.f)
        x = F.conv2d(x, self.g)
        x = F.linear(x, self.h) + torch.cat([x, self.i])
        x = x.mul(self.j)
        x = x.masked_fill(self.k == 0, -1.0)
        x += self.l
        y = self.m
        x = x + y
        x = x + self.n[: x.size(1)]
        x = torch.where(x > 0, x, self.o)
        x = x + self.p[:, : x.size(1)]
        x = x @ self.q.t()
        x = x - self.r.expand(2, 3)
        x = x * (self.s if x.ndim else self.t) + self.t
        return self.helper(x)

    def helper(self, x):
        return x + self.u


class Given(nn.Module):
    """Arguments that are annotated as tensors; what nothing is known of may be a number."""

    def __init__(self, mean: Tensor, std: "torch.Tensor", weight: Tensor | None, bias, rate: float):
        super().__init__()
        self.mean = mean  # TML111
        self.std = std.clone()  # TML111
        self.weight = weight  # TML111
        self.total = mean.sum()
        self.first = mean[0]
        self.bias = bias
        self.rate = torch.as_tensor(rate)
        self.zeros = mean.new_zeros(3)  # TML111
        self.register_buffer("scale", std)

    def forward(self, x, target):
        x = (x - self.mean) / self.std * self.rate + self.bias - self.total - self.first + self.zeros
        return F.cross_entropy(x * self.scale, target, weight=self.weight)


class Lightning(nn.Module):
    """Frameworks call these instead of forward."""

    def __init__(self, width):
        super().__init__()
        self.weights = torch.ones(width)  # TML111
        self.linear = nn.Linear(width, width)

    def training_step(self, batch, batch_idx):
        return F.cross_entropy(self.linear(batch), batch, weight=self.weights)

    def forward(self, x):
        return self.linear(x)


class Uninitialised(nn.Module):
    """register_buffer would raise here: that nothing is initialised comes first."""

    def __init__(self, width):  # TML101
        self.scale = torch.ones(width)

    def forward(self, x):
        return x * self.scale
