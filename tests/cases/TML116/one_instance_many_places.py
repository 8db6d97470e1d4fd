"""One module at several positions: by `*`, by a comprehension over a name, by repetition of a Sequential."""

import copy

import torch
from torch import nn


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(1))

    def forward(self, x):
        return x - self.mean


def make(width):
    return nn.Linear(width, width)


class Repeated(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.a = nn.ModuleList([nn.Linear(width, width)] * depth)  # TML116
        self.b = nn.ModuleList(depth * [nn.Linear(width, width)])  # TML116
        self.c = nn.Sequential(*[nn.Linear(width, width)] * depth)  # TML116
        self.d = nn.Sequential(*([nn.Linear(width, width), nn.ReLU()] * 3))  # TML116
        self.e = nn.Sequential(nn.Linear(width, width)) * 3  # TML116
        self.f = nn.ModuleList((nn.Linear(width, width),) * 2)  # TML116
        block = nn.Sequential(nn.Linear(width, width), nn.ReLU())
        self.g = nn.Sequential(*[block] * depth)  # TML116
        block = nn.Sequential(nn.Linear(width, width), nn.ReLU())
        self.h = nn.ModuleList([block for _ in range(depth)])  # TML116
        layer = nn.LSTMCell(width, width)
        self.i = nn.ModuleList(layer for _ in range(depth))  # TML116
        self.j = nn.ModuleList([nn.BatchNorm1d(width, affine=False)] * 2)  # TML116
        self.k = nn.ModuleList([Norm()] * 2)  # TML116
        self.l = nn.ModuleList([make(width)] * depth)  # TML116
        blocks = [nn.Linear(width, width)] * depth  # TML116
        self.m = nn.ModuleList(blocks)
        block = nn.Sequential(nn.Linear(width, width), nn.ReLU())
        self.n = nn.Sequential(*[block for _ in range(depth) for _ in range(2)])  # TML116
        made = make(width)
        self.o = nn.ModuleList([made for at in range(depth) if at])  # TML116
        pair = [nn.Linear(width, width)]
        self.p = nn.ModuleList(pair * 4)  # TML116

    def forward(self, x):
        for layer in self.a:
            x = layer(x)
        return x


class Fine(nn.Module):
    def __init__(self, width, depth, norm, shared: nn.Module):
        super().__init__()
        self.head = nn.Linear(width, width)
        self.a = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.b = nn.Sequential(*[nn.ReLU()] * depth)
        self.c = nn.ModuleList([self.head] * depth)
        self.d = nn.ModuleList([self.head for _ in range(depth)])
        layer = nn.Linear(width, width)
        self.e = nn.ModuleList([copy.deepcopy(layer) for _ in range(depth)])
        self.f = nn.ModuleList([layer for layer in [nn.Linear(width, width), nn.Linear(width, width)]])
        self.g = nn.Sequential(*(norm is not None) * [nn.BatchNorm1d(width)])
        self.h = nn.Sequential(*[nn.BatchNorm1d(width)] * bool(norm))
        self.i = nn.Sequential(*[nn.BatchNorm1d(width)] * 1, *[nn.BatchNorm1d(width)] * 0)
        self.j = nn.Sequential(*int(norm == "batch") * [nn.BatchNorm1d(width)])
        kind = nn.Linear
        self.k = [kind] * depth
        self.l = nn.ModuleList([kind(width, width) for _ in range(depth)])
        self.m = [nn.Linear] * depth
        self.n = nn.ModuleList([make(width) for _ in range(depth)])
        factory = make
        self.o = [factory for _ in range(depth)]
        self.p = nn.ModuleList(shared for _ in range(depth))
        self.q = nn.ModuleList([shared] * depth)
        self.r = [width] * depth
        self.s = [None] * depth
        self.t = nn.ModuleList([x for x in self.children()])
        self.u = nn.Sequential(*[nn.Linear(width, width), nn.ReLU()][:-1] * 1)
        self.v = nn.Sequential(*[nn.Dropout(0.1)] * 2)
        self.w = [[nn.Identity()] * 2]
        widths = [width] * depth
        self.x = nn.ModuleList([nn.Linear(a, b) for a, b in zip(widths, widths)])
        self.y = nn.ModuleList(nn.ModuleList([nn.Linear(w, w) for w in widths]) for _ in range(2))

    def forward(self, x):
        return self.a[0](x)


def build(width, depth):
    return nn.Sequential(*[nn.Linear(width, width)] * depth)  # TML116


def stack(width, depth):
    return [make(width)] * depth  # TML116


def widths(width, depth):
    wide = [width, width]
    return wide * depth, [width for _ in range(depth)], width * depth


model = nn.Sequential(*[nn.Linear(8, 8)] * 4)  # TML116
acts = nn.Sequential(*[nn.ReLU()] * 4)


class DeclaredShared(nn.Module):
    """A layer under a name of its own, set after the list was built from it."""

    def __init__(self, width, depth):
        super().__init__()
        cell = nn.Linear(width, width)
        self.cell = cell
        self.steps = [cell for _ in range(depth)]
        self.more = nn.ModuleList([self.cell] * depth)

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x


class Loops(nn.Module):
    """The name in a comprehension belongs to a loop around it: one object each time."""

    def __init__(self, width, depth):
        super().__init__()
        self.rows = nn.ModuleList()
        for _ in range(depth):
            layer = nn.Linear(width, width)
            self.rows.append(layer)
        self.table = nn.ModuleList([block for row in [[nn.Linear(2, 2)], [nn.Linear(2, 2)]] for block in row])

    def forward(self, x):
        return x


class Flags(nn.Module):
    """A factor that is true or false says whether the layer is there."""

    def __init__(self, width, depth, use: bool, *, norm=True, kind="batch", count: int = 3):
        super().__init__()
        self.norm = norm
        self.a = nn.Sequential(*[nn.BatchNorm1d(width)] * norm)
        self.b = nn.Sequential(*use * [nn.BatchNorm1d(width)])
        batch = kind == "batch"
        self.c = nn.Sequential(*[nn.BatchNorm1d(width)] * batch)
        self.d = nn.Sequential(*[nn.BatchNorm1d(width)] * self.norm)
        self.e = nn.Sequential(*[nn.BatchNorm1d(width)] * (not batch))
        self.f = nn.Sequential(*[nn.BatchNorm1d(width)] * (kind == "batch" and norm))
        self.g = nn.Sequential(*[nn.BatchNorm1d(width)] * True)
        one = 1
        self.h = nn.Sequential(*[nn.BatchNorm1d(width)] * one)
        self.i = nn.Sequential(*[nn.BatchNorm1d(width)] * count)  # TML116
        two = 2
        self.j = nn.Sequential(*[nn.BatchNorm1d(width)] * two)  # TML116
        self.k = nn.Sequential(*[nn.BatchNorm1d(width)] * (depth - 1))  # TML116
        self.l = nn.Sequential(*[nn.BatchNorm1d(width)] * len(kind))  # TML116

    def forward(self, x):
        return self.a(x)


class Copies(nn.Module):
    """One copy as all the layers of a network is one layer still."""

    def __init__(self, layer: nn.Module, unknown, width, depth):
        super().__init__()
        mine = nn.Linear(width, width)
        self.a = nn.ModuleList([copy.deepcopy(mine)] * depth)  # TML116
        self.b = nn.ModuleList([copy.deepcopy(layer)] * depth)  # TML116
        self.c = nn.Sequential(*[copy.deepcopy(mine)] * depth)  # TML116
        self.d = nn.ModuleList([copy.deepcopy(nn.ReLU())] * depth)
        self.e = nn.ModuleList([copy.deepcopy(mine)] * 1)
        self.f = nn.ModuleList([copy.deepcopy(unknown)] * depth)
        self.g = nn.ModuleList([copy.deepcopy(layer) for _ in range(depth)])
        self.h = nn.ModuleList([layer] * depth)

    def forward(self, x):
        return self.a[0](x)


class Trainer:
    """Places that are filled with newer copies one by one."""

    def __init__(self, width):
        self.model = nn.Linear(width, width)
        self.last = [copy.deepcopy(self.model).to("cpu")] * 5

    def step(self):
        self.last.pop(0)
        self.last.append(copy.deepcopy(self.model))
