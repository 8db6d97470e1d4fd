"""Containers that start empty and are filled afterwards."""

from collections import defaultdict

from torch import nn


class Appended(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = []  # TML113
        for _ in range(depth):
            self.layers.append(nn.Linear(width, width))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class EveryWayIn(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.extended = []  # TML113
        self.extended.extend(nn.Linear(width, width) for _ in range(depth))
        self.inserted = list()  # TML113
        self.inserted.insert(0, nn.Linear(width, width))
        self.added = []  # TML113
        self.added += [nn.Linear(width, width)]
        self.summed = []
        for _ in range(depth):
            self.summed = self.summed + [nn.Linear(width, width)]  # TML113
        self.keyed = {}  # TML113
        for at in range(depth):
            self.keyed[at] = nn.Linear(width, width)
        self.updated = {}  # TML113
        self.updated.update({"a": nn.Linear(width, width)})
        self.named = dict()  # TML113
        self.named.update(a=nn.Linear(width, width))
        self.defaulted = {}  # TML113
        self.defaulted.setdefault("a", nn.Linear(width, width))
        self.chosen = set()  # TML113
        self.chosen.add(nn.Linear(width, width))
        self.places = [None] * depth  # TML113
        for at in range(depth):
            self.places[at] = nn.Linear(width, width)
        self.slots = [None, None]  # TML113
        self.slots[0] = nn.Linear(width, width)

    def forward(self, x):
        return self.keyed[0](x)


class NestedGrowth(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.grid = []  # TML113
        for _ in range(depth):
            row = []
            for _ in range(depth):
                row.append(nn.Linear(width, width))
            self.grid.append(row)
        self.table = [[] for _ in range(depth)]  # TML113
        for at in range(depth):
            self.table[at].append(nn.Linear(width, width))
        self.groups = defaultdict(list)  # TML113
        for at in range(depth):
            self.groups[at].append(nn.Linear(width, width))
        self.bags = {}  # TML113
        for at in range(depth):
            self.bags.setdefault(at, []).append(nn.Linear(width, width))
        self.levels = {}  # TML113
        for at in range(depth):
            self.levels[at] = {}
            self.levels[at]["down"] = nn.Linear(width, width)

    def forward(self, x):
        return self.grid[0][0](x)


class ThroughAnAlias(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        layers = self.layers = []  # TML113
        for _ in range(depth):
            layers.append(nn.Linear(width, width))
        local = []
        self.stored = local  # TML113
        for _ in range(depth):
            local.append(nn.Linear(width, width))
        add = self.extra = []  # TML113
        add.append(nn.Linear(width, width))

    def forward(self, x):
        return self.layers[0](x)


class InAnotherMethod(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = []  # TML113
        self.build(width, depth)

    def build(self, width, depth):
        for _ in range(depth):
            self.layers.append(nn.Linear(width, width))

    def forward(self, x):
        return self.layers[0](x)


class FromOutside(nn.Module):
    """A method that nobody in sight calls: users do."""

    def __init__(self, width):
        super().__init__()
        self.width = width
        self.tasks = {}  # TML113

    def add_task(self, name):
        self.tasks[name] = nn.Linear(self.width, self.width)

    def forward(self, x, name):
        return self.tasks[name](x)


class BuiltFirst(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        layers = []
        for _ in range(depth):
            layers.append(nn.Linear(width, width))
            layers.append(nn.ReLU())
        self.layers = layers  # TML113
        towers = {}
        for name in ("user", "item"):
            towers[name] = nn.Linear(width, width)
        self.towers = towers  # TML113
        first, second = [nn.Linear(width, width)], [nn.Linear(width, width)]
        self.first = first  # TML113
        self.second = nn.Sequential(*second)

    def forward(self, x):
        return self.layers[0](x)
