"""Tensors made in the constructor and computed with in forward."""

import math

import numpy as np
import torch
import torch as th
import torch.nn.functional as nnf
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, einsum, nn


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


class Kept(nn.Module):
    """The same tensors, where nothing is lost."""

    def __init__(self, width):
        super().__init__()
        self.register_buffer("a", torch.zeros(width))
        self.register_buffer("b", torch.zeros(width), persistent=False)
        self.b = torch.ones(width)  # stays the buffer
        self.c = nn.Buffer(torch.zeros(width))
        self.d = nn.Parameter(torch.zeros(width), requires_grad=False)
        self._buffers["e"] = torch.zeros(width)
        self.register_buffer("f", None)
        self.f = torch.zeros(width)
        later = torch.zeros(width)
        self.register_buffer("later", later)
        for name in ("g", "h"):
            self.register_buffer(name, torch.zeros(width))
        setattr(self, "i", nn.Parameter(torch.zeros(width)))  # noqa: B010

    def forward(self, x):
        return x * self.a + self.b + self.c + self.d + self.e + self.f + self.g + self.h + self.i + self.later


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


class Indices(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.columns = torch.arange(0, width, 2)
        self.mask = torch.ones(width, dtype=torch.bool)
        self.order = torch.randperm(width)
        self.rows = torch.arange(width)
        self.bounds = torch.tensor([0, 3])
        self.sizes = torch.tensor([1, 2, 3])

    def forward(self, x):
        x = x[:, self.columns]
        x = x[self.mask]
        x = x[..., self.order]
        x[self.rows] = 0
        for size in self.sizes.tolist():
            x = x[:size]
        low, high = int(self.bounds[0]), int(self.bounds[1])
        return x[low:high]


class MovedAtUse(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = torch.ones(width)
        self.b = torch.ones(width)
        self.c = torch.ones(width)
        self.d = torch.ones(width)
        self.e = torch.ones(width)
        self.f = torch.ones(width)

    def forward(self, x):
        x = x * self.a.to(x.device) + self.b.type_as(x) + self.c.cuda()
        d = self.d.to(x)
        x = x * d
        self.e = self.e.to(x.device)
        x = x * self.e
        f = self.f
        f = f.to(x.device)
        return x * f


class Caches(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.mask = None
        self.grid = torch.zeros(0)
        self.size = None
        self.state = torch.zeros(1, width)
        self.positions = torch.Tensor()
        self.empty = torch.tensor([])

    def reset(self, batch, width):
        self.state = torch.zeros(batch, width)

    def forward(self, x):
        if self.mask is None or self.mask.size(0) != len(x):
            self.mask = torch.triu(torch.ones(len(x), len(x), device=x.device))
        if self.grid.shape != x.shape:
            self.grid = torch.zeros(x.shape, device=x.device)
        if self.positions.numel() == 0:
            self.positions = torch.arange(len(x), device=x.device)
        x = x * self.mask + self.grid + self.positions
        self.state = self.state * 0.9 + x
        return x + self.state


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


class OutOfForward(nn.Module):
    """Not read by forward: by data code, a plot, or an initialiser."""

    def __init__(self, width):
        super().__init__()
        self.anchors = torch.ones(width)
        self.prior = torch.ones(width)
        self.linear = nn.Linear(width, width)
        self.linear.weight.data.mul_(self.prior)

    def sample_index(self):
        return torch.multinomial(self.anchors, 1)

    def forward(self, x):
        return self.linear(x)


class ByHand(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.mean = torch.zeros(width)

    def _apply(self, fn, recurse=True):
        super()._apply(fn, recurse)
        self.mean = fn(self.mean)
        return self

    def forward(self, x):
        return x - self.mean


class Constant(nn.Module):
    __constants__ = ["scale"]

    def __init__(self, width):
        super().__init__()
        self.scale = torch.ones(width)

    def forward(self, x):
        return x * self.scale


class Setter(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.raw = nn.Parameter(torch.zeros(width))
        self.means = torch.zeros(width)

    @property
    def means(self):
        return self.raw

    @means.setter
    def means(self, value):
        self.raw.data.copy_(value)

    def forward(self, x):
        return x * self.means


class Options(nn.Module):
    """A Parameter, a buffer, a number or a tensor, by an option."""

    def __init__(self, width, learn, keep, given):
        super().__init__()
        if learn:
            self.scale = nn.Parameter(torch.ones(width))
        else:
            self.scale = torch.ones(width)
        if keep:
            self.register_buffer("shift", torch.zeros(width))
        else:
            self.shift = torch.zeros(width)
        self.gain = torch.ones(width) if learn else 1.0
        self.given = given

    def forward(self, x):
        return x * self.scale + self.shift * self.gain + self.given


class Removed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.scale = torch.ones(width)
        scale = self.scale
        del self.scale
        self.register_buffer("scale", scale)

    def forward(self, x):
        return x * self.scale


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


class HandedOn(nn.Module):
    """To a submodule, a method, an autograd function, Variable, and the caller."""

    def __init__(self, width, table):
        super().__init__()
        self.embed = nn.Embedding(width, width)
        self.table = table
        self.a = torch.arange(width)  # TML111
        self.b = torch.ones(width)  # TML111
        self.c = torch.ones(width)  # TML111
        self.d = torch.ones(width)  # TML111
        self.e = torch.ones(width)  # TML111
        self.f = torch.ones(width)
        self.g = torch.ones(width)
        self.h = torch.ones(width)
        self.i = torch.ones(width)

    def forward(self, x):
        x = x + self.embed(self.a)
        x = self._scaled(x, self.b)
        x = self._scaled(x, factor=self.c)
        x = Filter.apply(x, self.d)
        self.table(self.f)
        self._shaped(x, self.g)
        self._moved(x, self.h)
        x = self._scaled(x, self.i.to(x.device))
        return x + torch.autograd.Variable(self.e[: x.size(1)], requires_grad=False)

    def _scaled(self, x, factor):
        return x * factor

    def _shaped(self, x, like):
        return x.view(like.shape)

    def _moved(self, x, factor):
        factor = factor.to(x.device)
        return x * factor


class Filter(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight):
        return x * weight


class Positions(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width, width)  # TML111
        self.names = torch.zeros(width, width)

    def forward(self, x):
        return self.table[:, : x.size(1)]

    def describe(self):
        return self.names


class Declined(nn.Module):
    """The other path registers that there is no mask."""

    def __init__(self, width, masked):
        super().__init__()
        if masked:
            self.mask = torch.ones(width)  # TML111
        else:
            self.register_buffer("mask", None)

    def forward(self, x):
        return x if self.mask is None else x * self.mask


class Spelt(nn.Module):
    """torch's functions under other names, precision that is changed, and loops over submodules."""

    def __init__(self, width, depth):
        super().__init__()
        self.blocks = nn.ModuleList([nn.TransformerDecoderLayer(width, 1) for _ in range(depth)])
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(depth)])
        self.a = torch.ones(width)  # TML111
        self.b = torch.ones(width)  # TML111
        self.c = torch.ones(width)  # TML111
        self.d = torch.ones(width)  # TML111
        self.e = torch.ones(width)  # TML111
        self.f = torch.ones(width)  # TML111
        self.g = torch.ones(width)  # TML111
        self.h = torch.ones(width)
        self.i = torch.ones(width)
        self.j = torch.from_numpy(np.ones(width)) == 0  # TML111
        self.weight = nn.Parameter(torch.ones(width))
        self.k = torch.ones_like(self.weight)  # TML111

    def forward(self, x, memory):
        x = einsum("i,j->ij", x, self.a)
        x = th.matmul(x, self.b)
        x = nnf.linear(x, self.c)
        x = x * rearrange(self.d, "c -> 1 c")
        x = x * self.e.to(x.dtype) + self.f.to(torch.float16)
        for block, norm in zip(self.blocks, self.norms):
            x = norm(block(x, memory, self.g))
        zeros = torch.zeros_like(self.h)
        x = x + zeros.to(x.device)
        x = x + self._table(len(x)).to(x.device)
        return x * self.j + self.k

    def _table(self, length):
        return self.i[:length] * 2


class Uninitialised(nn.Module):
    """register_buffer would raise here: that nothing is initialised comes first."""

    def __init__(self, width):  # TML101
        self.scale = torch.ones(width)

    def forward(self, x):
        return x * self.scale
