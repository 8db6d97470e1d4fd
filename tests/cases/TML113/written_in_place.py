"""Containers written where they are assigned: every kind of literal, comprehension and constructor call."""

from collections import OrderedDict, deque

import torch.nn as nn
from torch.nn import Linear as Lin


class Literals(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.as_list = [nn.Linear(width, width), nn.ReLU()]  # TML113
        self.as_tuple = (nn.Linear(width, width), nn.Linear(width, width))  # TML113
        self.as_bare_tuple = nn.Linear(width, width), nn.ReLU()  # TML113
        self.as_dict = {"query": nn.Linear(width, width)}  # TML113
        self.as_set = {nn.Linear(width, width)}  # TML113
        self.as_typed: list[nn.Module] = [nn.Linear(width, width)]  # TML113
        self.one = [Lin(width, width)]  # TML113
        self.over_lines = [  # TML113
            nn.Linear(width, width),
            nn.Linear(width, width),
        ]

    def forward(self, x):
        for layer in self.as_list:
            x = layer(x)
        return x


class Comprehensions(nn.Module):
    def __init__(self, width, depth, names):
        super().__init__()
        self.plain = [nn.Linear(width, width) for _ in range(depth)]  # TML113
        self.nested = [nn.Linear(width, width) for _ in range(depth) for _ in range(depth)]  # TML113
        self.filtered = [nn.Linear(width, width) for at in range(depth) if at % 2]  # TML113
        self.keyed = {name: nn.Linear(width, width) for name in names}  # TML113
        self.kept = tuple(nn.Linear(width, width) for _ in range(depth))  # TML113
        self.listed = list(nn.Linear(width, width) for _ in range(depth))  # TML113
        self.unpacked = [*(nn.Linear(width, width) for _ in range(depth)), nn.ReLU()]  # TML113
        self.chosen = [nn.Linear(width, width) if at else nn.LayerNorm(width) for at in range(depth)]  # TML113

    def forward(self, x):
        for layer in self.plain:
            x = layer(x)
        return x


class Constructors(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.ordered = OrderedDict([("a", nn.Linear(width, width)), ("b", nn.ReLU())])  # TML113
        self.queue = deque([nn.Linear(width, width)], maxlen=4)  # TML113
        self.by_keyword = dict(query=nn.Linear(width, width), key=nn.Linear(width, width))  # TML113
        self.zipped = dict(zip(["a", "b"], [nn.Linear(width, width), nn.Linear(width, width)]))  # TML113
        self.merged = {**{"a": nn.Linear(width, width)}, "b": None}  # TML113
        self.joined = [nn.Linear(width, width)] + [nn.Linear(width, width)]  # TML113
        self.backwards = list(reversed([nn.Linear(width, width), nn.Linear(width, width)]))  # TML113
        self.sliced = [nn.Linear(width, width), nn.Linear(width, width)][1:]  # TML113

    def forward(self, x):
        return self.queue[0](x)


class Nested(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.rows = [[nn.Linear(width, width) for _ in range(depth)] for _ in range(depth)]  # TML113
        self.table = {"a": [nn.Linear(width, width)], "b": []}  # TML113
        self.pairs = [(nn.Linear(width, width), "relu") for _ in range(depth)]  # TML113
        self.inner_lists = [nn.ModuleList([nn.Linear(width, width)]) for _ in range(depth)]  # TML113
        self.inner_nets = [nn.Sequential(nn.Linear(width, width), nn.ReLU()) for _ in range(depth)]  # TML113
        self.by_name = {"net": nn.ModuleDict({"a": nn.Linear(width, width)})}  # TML113

    def forward(self, x):
        return self.rows[0][0](x)


class Registered(nn.Module):
    """The same shapes, registered."""

    def __init__(self, width, depth):
        super().__init__()
        self.a = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.b = nn.ModuleDict({"query": nn.Linear(width, width)})
        self.c = nn.Sequential(*[nn.Linear(width, width) for _ in range(depth)])
        self.d = nn.Sequential(OrderedDict([("a", nn.Linear(width, width)), ("b", nn.ReLU())]))
        self.e = nn.ModuleList(nn.ModuleList([nn.Linear(width, width)]) for _ in range(depth))
        self.f, self.g = nn.ModuleList(), nn.ModuleList()
        for _ in range(depth):
            self.f.append(nn.Linear(width, width))
            self.g += [nn.Linear(width, width)]
        self.f.extend([nn.Linear(width, width), nn.Linear(width, width)])
        self.h = nn.ModuleDict()
        self.h["key"] = nn.Linear(width, width)
        self.h.update({"value": nn.Linear(width, width)})

    def forward(self, x):
        for layer in self.a:
            x = layer(x)
        return self.h["key"](x)
