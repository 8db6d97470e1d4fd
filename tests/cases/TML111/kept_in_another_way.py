"""Tensors that are registered, remade, or looked after by the class itself."""

import torch
from torch import nn


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
    """A Parameter, a buffer, a number or a tensor, by an option: what is no parameter may be given, or be no more than a
    place that nobody computes with.
    """

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


class Nothing(nn.Module):
    """The other path says that there is none; what is set later is a cache."""

    def __init__(self, width, masked, shift):
        super().__init__()
        if masked:
            self.mask = torch.ones(width)  # TML111
        else:
            self.mask = None
        if shift is None:
            self.shift = None
        else:
            self.shift = torch.zeros(width)  # TML111
        if masked:
            self.seen = torch.zeros(width)
        else:
            self.seen = None
        self.late = None
        if masked:
            self.late = torch.ones(width)
        self.gain = torch.ones(width) if masked else None  # TML111

    def reset(self, width):
        self.seen = torch.zeros(width)
        self.late = None

    def forward(self, x):
        x = x if self.mask is None else x * self.mask
        x = x if self.shift is None else x + self.shift
        x = x if self.gain is None else x * self.gain
        return x if self.seen is None else x * self.seen * self.late


class Positions(nn.Module):
    """Every Parameter is a tensor, and one comes in."""

    def __init__(self, places: torch.Tensor):
        super().__init__()
        self.places = places
        self.scale = torch.ones(4)  # TML111

    def forward(self, x):
        return (x + self.places) * self.scale


class Grid(nn.Module):
    """Here it is a constant."""

    def __init__(self, places: torch.Tensor):
        super().__init__()
        self.places = places  # TML111

    def forward(self, x):
        return x + self.places


class Encoder(nn.Sequential):
    def __init__(self, width):
        places = nn.Parameter(torch.zeros(1, width))
        nn.init.trunc_normal_(places, std=0.02)
        grid = torch.linspace(-1, 1, width)
        super().__init__(Positions(places), Grid(grid), nn.Linear(width, width))
