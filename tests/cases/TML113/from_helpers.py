"""Containers and elements that come from methods, functions and factories."""

import copy
from functools import partial

from torch import nn


def make_layers(width, depth):
    layers = []
    for _ in range(depth):
        layers.append(nn.Linear(width, width))
    return layers


def make_pair(width):
    return nn.Linear(width, width), nn.LayerNorm(width)


def make_one(width, bias=True):
    return nn.Linear(width, width, bias=bias)


def make_net(width):
    layers = make_layers(width, 2)
    return nn.Sequential(*layers)


def generate(width, depth):
    for _ in range(depth):
        yield nn.Linear(width, width)


class FromFunctions(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = make_layers(width, depth)  # TML113
        self.pair = make_pair(width)  # TML113
        self.ones = [make_one(width) for _ in range(depth)]  # TML113
        self.nets = [make_net(width) for _ in range(depth)]  # TML113
        self.yielded = list(generate(width, depth))  # TML113
        self.net = make_net(width)
        self.linear, self.norm = make_pair(width)
        self.listed = nn.ModuleList(make_layers(width, depth))

    def forward(self, x):
        return self.layers[0](x)


class FromMethods(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = self._make(width, depth)  # TML113
        self.blocks = self._static(width, depth)  # TML113
        self.heads = [self._one(width) for _ in range(depth)]  # TML113
        self.others = self._of_class(width)  # TML113
        self.net = nn.Sequential(*self._make(width, depth))

    def _make(self, width, depth):
        return [nn.Linear(width, width) for _ in range(depth)]

    @staticmethod
    def _static(width, depth):
        return [nn.Linear(width, width) for _ in range(depth)]

    @classmethod
    def _of_class(cls, width):
        return [nn.Linear(width, width)]

    def _one(self, width):
        return nn.Linear(width, width)

    def forward(self, x):
        return self.layers[0](x)


class FromInnerFunctions(nn.Module):
    def __init__(self, width, depth):
        super().__init__()

        def block():
            return nn.Sequential(nn.Linear(width, width), nn.ReLU())

        make = lambda: nn.Linear(width, width)  # noqa: E731
        linear = partial(nn.Linear, width, width)
        kind = nn.Linear
        norm = nn.BatchNorm1d if depth > 2 else nn.LayerNorm
        self.blocks = [block() for _ in range(depth)]  # TML113
        self.made = [make() for _ in range(depth)]  # TML113
        self.partial = [linear() for _ in range(depth)]  # TML113
        self.kinds = [kind(width, width) for _ in range(depth)]  # TML113
        self.norms = [norm(width) for _ in range(depth)]  # TML113
        self.mapped = list(map(lambda w: nn.Linear(w, w), [width] * depth))  # TML113
        self.kinds_only = [nn.Linear, nn.LayerNorm]
        self.factories = {"linear": linear, "make": make, "norm": norm}

    def forward(self, x):
        return self.blocks[0](x)


class Copies(nn.Module):
    def __init__(self, layer: nn.Linear, width, depth):
        super().__init__()
        self.layer = nn.Linear(width, width)
        self.copies = [copy.deepcopy(self.layer) for _ in range(depth)]  # TML113
        self.registered = nn.ModuleList([copy.deepcopy(self.layer) for _ in range(depth)])

    def forward(self, x):
        return self.copies[0](x)


class ClassesInLoop(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = [kind(width) for kind in (nn.LayerNorm, nn.BatchNorm1d)]  # TML113
        self.acts = [kind() for kind in (nn.ReLU, nn.SiLU)]

    def forward(self, x):
        return self.layers[0](x)
