"""What the methods do with a tensor: computed with, handed on, moved first, or only an index."""

import numpy as np
import torch
import torch as th
import torch.nn.functional as nnf
from einops import rearrange
from torch import einsum, nn


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


class TakenOver(nn.Module):
    """torch.as_tensor() gives what it is given, or moves it."""

    def __init__(self, width, classes):
        super().__init__()
        self.a = torch.ones(width)
        self.b = torch.ones(width)
        self.c = torch.ones(width)  # TML111
        self.weight = torch.as_tensor(classes) if classes is not None else None

    def forward(self, x):
        if self.weight is not None:
            x = x * torch.as_tensor(self.weight, device=x.device, dtype=x.dtype)
        b = torch.tensor(self.b, device=x.device)
        return x * th.as_tensor(self.a, device=x.device) + b * torch.as_tensor(self.c, dtype=torch.float16)


class GivenToALayer(nn.Module):
    """What an element of a list of modules is called with is computed with; what stands for another thing is open."""

    def __init__(self, width, readers):
        super().__init__()
        self.layers = nn.ModuleList([nn.Bilinear(width, width, width) for _ in range(3)])
        self.readers = readers
        self.side = torch.ones(width, width)  # TML111
        self.path = torch.ones(width, width)
        self.moved = torch.ones(width, width)
        self.places = torch.arange(width)

    def forward(self, x):
        for at in range(3):
            x = self.layers[at](x, self.side)
            x = self.readers[at](x, self.path)
            x = self.layers[at](x, self.moved.to(x.device))
            x = self.layers[at](x[:, self.places], x)
        return x
