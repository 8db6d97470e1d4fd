"""Receivers that are modules: attributes, elements of containers, results of expressions."""

import copy
from collections import OrderedDict

import torch
from torch import nn


class Attributes(nn.Module):
    def __init__(self, width, deep):
        super().__init__()
        self.one = nn.Linear(width, width)
        self.two, self.three = nn.Linear(width, width), nn.ReLU()
        self.either = nn.Conv2d(1, 1, 1) if deep else nn.Identity()
        self.maybe = nn.Linear(width, width) if deep else None
        self.chosen = nn.Linear(width, width)
        if deep:
            self.chosen = nn.Identity()
        self.copied = copy.deepcopy(self.one)
        self.scripted = torch.jit.script(self.one)
        self.moved = nn.Linear(width, width).cuda().eval()
        self.add_module("added", nn.Linear(width, width))
        setattr(self, "set", nn.Linear(width, width))
        self.__setattr__("dunder", nn.Linear(width, width))
        self.late = None

    def build(self):
        self.late = nn.Linear(2, 2)

    def forward(self, x):
        x = self.one.forward(x)  # TML201
        x = self.two.forward(self.three.forward(x))  # TML201 TML201
        x = self.either.forward(x)  # TML201
        x = self.maybe.forward(x)  # TML201
        x = self.chosen.forward(x)  # TML201
        x = self.copied.forward(x)  # TML201
        x = self.scripted.forward(x)  # TML201
        x = self.moved.forward(x)  # TML201
        x = self.added.forward(x)  # TML201
        x = self.set.forward(x)  # TML201
        x = self.dunder.forward(x)  # TML201
        alias = self.one
        x = alias.forward(x)  # TML201
        x = (
            self.one  # TML201
            .forward(x)
        )
        if (layer := self.two) is not None:
            x = layer.forward(x)  # TML201
        x = (self.one or self.two).forward(x)  # TML201
        x = (self.one if x.sum() else self.two).forward(x)  # TML201
        x = getattr(self, "one").forward(x)  # TML201
        return x


def built_for_one_call(x):
    return nn.Linear(2, 2).forward(x), nn.Sequential(nn.ReLU())[0].forward(x)  # TML201 TML201


class Elements(nn.Module):
    def __init__(self, width, blocks):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(3))
        self.table = nn.ModuleDict({"a": nn.Linear(width, width)})
        self.stack = nn.Sequential(nn.Linear(width, width), nn.ReLU())
        self.named = nn.Sequential(OrderedDict(a=nn.Linear(width, width)))
        self.grown = nn.ModuleList()
        for _ in range(3):
            self.grown.append(nn.Linear(width, width))
        self.given = nn.ModuleList(blocks)
        self.nested = nn.ModuleList([nn.ModuleList([nn.Linear(width, width)])])

    def forward(self, x, key):
        for layer in self.layers:
            x = layer.forward(x)  # TML201
        for at, layer in enumerate(self.layers[1:]):
            x = layer.forward(x) * at  # TML201
        for layer, other in zip(self.layers, self.grown):
            x = layer.forward(x) + other.forward(x)  # TML201 TML201
        for layer in reversed(self.given):
            x = layer.forward(x)  # TML201
        for name, layer in self.table.items():
            x = layer.forward(x)  # TML201
        for layer in self.table.values():
            x = layer.forward(x)  # TML201
        for layer in self.stack:
            x = layer.forward(x)  # TML201
        for row in self.nested:
            for layer in row:
                x = layer.forward(x)  # TML201
        for at in range(len(self.layers)):
            x = self.layers[at].forward(x)  # TML201
        x = self.layers[0].forward(x)  # TML201
        x = self.layers[-1].forward(x)  # TML201
        x = self.table[key].forward(x)  # TML201
        x = self.stack.forward(x)  # TML201
        x = self.named[0].forward(x)  # TML201
        x = self.nested[0][0].forward(x)  # TML201
        first, second, _ = self.layers
        x = first.forward(x) + second.forward(x)  # TML201 TML201
        return [layer.forward(x) for layer in self.layers]  # TML201


class PlainContainers:
    """A plain class, whose lists are nobody's business; what they hold are modules all the same."""

    def __init__(self, width):
        self.layers = [nn.Linear(width, width), nn.ReLU()]
        self.table = {"a": nn.Linear(width, width), "b": nn.Identity()}
        self.pairs = [(nn.Linear(width, width), 0.5)]
        self.mixed = [nn.Linear(width, width), torch.relu]

    def run(self, x, key):
        for layer in self.layers:
            x = layer.forward(x)  # TML201
        x = self.table["a"].forward(x)  # TML201
        x = self.table.get(key).forward(x)  # TML201
        for layer, weight in self.pairs:
            x = layer.forward(x) * weight  # TML201
        for one in self.mixed:
            x = one.forward(x)
        return x
