"""Plain containers as elements of registering ones. torch 2.13 was asked what each of these does."""

import torch
from torch import nn


class Modules(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.a = nn.ModuleList([[nn.Linear(width, width)]])  # TML115
        self.b = nn.ModuleList([[nn.Linear(width, width)] for _ in range(depth)])  # TML115
        self.c = nn.ModuleList([(nn.Linear(width, width), nn.ReLU()) for _ in range(depth)])  # TML115
        self.d = nn.ModuleDict({"a": [nn.Linear(width, width)]})  # TML115
        self.e = nn.ModuleDict({name: [nn.Linear(width, width)] for name in ("a", "b")})  # TML115
        rows = []
        for _ in range(depth):
            row = []
            for _ in range(depth):
                row.append(nn.Linear(width, width))
            rows.append(row)
        self.f = nn.ModuleList(rows)  # TML115
        self.g = nn.ModuleList()
        self.g.append([nn.Linear(width, width)])  # TML115
        self.h = nn.ModuleList([{"a": nn.Linear(width, width)}])  # TML115
        self.i = nn.ModuleDict()
        self.i["a"] = [nn.Linear(width, width)]  # TML115
        self.j = nn.ModuleList()
        self.j.insert(0, [nn.Linear(width, width)])  # TML115
        self.k = nn.ModuleDict({"a": (nn.Linear(width, width), nn.ReLU())})  # TML115
        self.l = nn.ModuleList()
        self.l.extend([[nn.Linear(width, width)]])  # TML115
        self.m = nn.ModuleDict()
        self.m.update({"a": [nn.Linear(width, width)]})  # TML115
        self.n = nn.ModuleList()
        self.n += [[nn.Linear(width, width)]]  # TML115
        self.o = nn.ModuleDict(dict(a=[nn.Linear(width, width)]))  # TML115

    def forward(self, x):
        return x


class Accepted(nn.Module):
    def __init__(self, width, depth, blocks):
        super().__init__()
        self.a = nn.ModuleList([nn.ModuleList([nn.Linear(width, width)]) for _ in range(depth)])
        self.b = nn.ModuleList(nn.Sequential(*[nn.Linear(width, width)]) for _ in range(depth))
        self.c = nn.ModuleDict([("a", nn.Linear(width, width)), ["b", nn.ReLU()]])
        self.d = nn.ModuleDict({"a": nn.ModuleList([nn.Linear(width, width)])})
        self.e = nn.ModuleList([*[nn.Linear(width, width)], *[nn.ReLU()]])
        self.f = nn.ModuleList([nn.Linear(width, width)] + [nn.ReLU()])
        self.g = nn.ModuleList(layer for row in [[nn.Linear(width, width)]] for layer in row)
        self.h = nn.ModuleList()
        self.h.extend([nn.Linear(width, width)])
        self.h += [nn.Linear(width, width)]
        self.i = nn.ModuleList(blocks)
        self.j = nn.ModuleList([None, nn.Linear(width, width)])
        self.k = nn.ModuleDict()
        self.k.update([("a", nn.Linear(width, width))])
        self.k.update({"b": nn.Linear(width, width)})
        self.l = nn.ModuleDict(zip(["a", "b"], [nn.Linear(width, width), nn.ReLU()]))
        self.m = nn.ModuleDict(dict(a=nn.Linear(width, width)).items())
        self.n = nn.ModuleList(sum([[nn.Linear(width, width)], [nn.ReLU()]], []))

    def forward(self, x):
        return x


class Parameters(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.a = nn.ParameterList([[nn.Parameter(torch.ones(width))] for _ in range(depth)])  # TML115
        self.b = nn.ParameterDict({"a": [nn.Parameter(torch.ones(width))]})  # TML115
        self.c = nn.ParameterDict({"a": {"b": nn.Parameter(torch.ones(width))}})  # TML115
        self.d = nn.ParameterList()
        self.d.append([nn.Parameter(torch.ones(width))])  # TML115
        self.e = nn.ParameterDict()
        self.e["a"] = [nn.Parameter(torch.ones(width))]  # TML115

    def forward(self, x):
        return x


class ParametersAccepted(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.a = nn.ParameterList([nn.Parameter(torch.ones(width)) for _ in range(depth)])
        self.b = nn.ParameterList([torch.ones(width), torch.zeros(width)])
        self.c = nn.ParameterList(nn.Parameter(torch.ones(width)) for _ in range(depth))
        self.d = nn.ParameterDict({"a": nn.Parameter(torch.ones(width)), "b": torch.ones(width)})
        self.e = nn.ParameterDict([("a", nn.Parameter(torch.ones(width)))])
        self.f = nn.ModuleList([nn.ParameterList([torch.ones(width)]) for _ in range(depth)])
        self.g = nn.ParameterList()
        self.g.extend([nn.Parameter(torch.ones(width))])
        self.h = nn.ParameterList([])
        self.i = nn.ParameterDict({"weight": torch.ones(width), "shape": (width, depth)})
        self.h += [nn.Parameter(torch.ones(width))]

    def forward(self, x):
        return x


class Rest(nn.Module):
    """The annotation of `*rest` is that of each argument; of a tuple, it may be meant for all of them."""

    def __init__(self, *parts: tuple[nn.Module, ...]):
        super().__init__()
        self.parts = nn.ModuleList(list(parts))
        self.nested = nn.ModuleList([parts])  # TML115

    def forward(self, x):
        return self.parts[0](x)
