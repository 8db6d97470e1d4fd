"""Tensors without dimensions mix with any device; what keeps dimensions and what folds them."""

import math

import torch
from torch import nn


class Scalars(nn.Module):
    def __init__(self, width, rate):
        super().__init__()
        self.a = torch.tensor(0.5)
        self.b = torch.tensor(math.pi)
        self.c = torch.sqrt(torch.tensor(2.0))
        self.d = torch.ones(width).sum()
        self.e = torch.arange(width).max()
        self.f = torch.tensor([1.0, 2.0]).mean()
        self.g = torch.ones(width).tolist()
        self.h = torch.ones(width).sum().item()
        self.i = torch.zeros(())
        self.j = torch.ones(width)[0]
        self.k = torch.prod(torch.tensor([1, 2]))
        self.l = torch.zeros([])
        self.m = torch.tensor(rate)
        self.n = torch.ones(width).norm()
        self.o = torch.dot(torch.ones(width), torch.ones(width))
        self.p = torch.ones(width).shape

    def forward(self, x):
        x = x * self.a * self.b * self.c * self.d + self.e + self.f + self.h + self.i + self.j + self.k + self.l
        return x + self.m + self.n + self.o


class Parts(nn.Module):
    """Slices, new axes and reductions."""

    def __init__(self, width):
        super().__init__()
        grid = torch.linspace(-1, 1, width)
        self.a = grid[None]  # TML111
        self.b = grid[: width // 2]  # TML111
        self.c = grid[:, None] * torch.ones(width)  # TML111
        self.d = grid / grid.sum()  # TML111
        self.e = grid.view(-1, 1)  # TML111
        self.f = torch.cat([grid, grid])  # TML111
        self.g = grid.sum(0, keepdim=True)  # TML111
        self.h = torch.softmax(grid, dim=0)  # TML111
        self.i = grid[1] - grid[0]
        self.j = grid.sum(0)
        self.k = grid @ grid
        self.l = (grid**2).mean()
        self.m = torch.ones(1).view(())
        self.n = torch.ones(1).squeeze()
        self.o = torch.ones(width) * width  # TML111
        self.p = width * torch.ones(width) / (width - 1)  # TML111
        self.q = torch.ones(width).norm(dim=0)

    def forward(self, x):
        x = x * self.a + self.b + self.c + self.d + self.e + self.f + self.g + self.h
        x = x * self.i + self.j + self.k + self.l + self.m + self.n
        return x * self.o + self.p + self.q


class NumberOrTensor(nn.Module):
    """By the annotation, what is taken over may be a number."""

    def __init__(self, threshold: torch.Tensor | float | None, levels: torch.Tensor | None, width):
        super().__init__()
        self.threshold = None if threshold is None else torch.as_tensor(threshold)
        self.rate = torch.as_tensor(0.5 if width else width)
        self.levels = None if levels is None else torch.as_tensor(levels).view(1, -1)  # TML111

    def forward(self, x):
        if self.threshold is not None:
            x = x > self.threshold
        if self.levels is not None:
            x = x * self.levels
        return x * self.rate


class NumberByDefault(nn.Module):
    """What is taken over is a number where nothing else is given."""

    def __init__(self, slope=1e-2, offset=-1.0, levels=None):
        super().__init__()
        self.slope = slope
        self.log_slope = torch.log(torch.as_tensor(self.slope))
        self.offset = torch.as_tensor(offset)
        self.levels = torch.as_tensor(levels)  # TML111
        self.spread = torch.as_tensor(slope).expand(4)  # TML111

    def forward(self, x):
        return self.log_slope * x + self.offset + self.levels * self.spread
