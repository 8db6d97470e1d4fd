"""What one path registers and another does not, and what can and cannot be said of it."""

import torch
from torch import nn


class OneArm(nn.Module):
    def __init__(self, width, deep):
        super().__init__()
        if deep:
            self.layers = [nn.Linear(width, width), nn.Linear(width, width)]  # TML113
        else:
            self.layers = []

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class NoneOrList(nn.Module):
    def __init__(self, width, deep):
        super().__init__()
        self.layers = None
        if deep:
            self.layers = [nn.Linear(width, width)]  # TML113
        self.more = [nn.Linear(width, width)] if deep else None  # TML113

    def forward(self, x):
        return x if self.layers is None else self.layers[0](x)


class EitherKind(nn.Module):
    """Registered on one path: an option, and not a slip that can be told from the source."""

    def __init__(self, width, plain):
        super().__init__()
        layers = [nn.Linear(width, width)]
        if plain:
            self.layers = layers
        else:
            self.layers = nn.ModuleList(layers)

    def forward(self, x):
        return self.layers[0](x)


class EarlyReturn(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = [nn.Linear(width, width)]  # TML113
        if depth == 1:
            return
        self.layers.append(nn.Linear(width, width))

    def forward(self, x):
        return self.layers[0](x)


class UnderWith(nn.Module):
    def __init__(self, width):
        super().__init__()
        with torch.no_grad():
            self.layers = [nn.Linear(width, width)]  # TML113
        try:
            self.more = [nn.Linear(width, width)]  # TML113
        except RuntimeError:
            self.more = []

    def forward(self, x):
        return self.layers[0](x)


class Unpacked(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a, self.b = [nn.Linear(width, width)], [nn.ReLU()]  # TML113
        (self.c, self.d), self.e = ([nn.Linear(width, width)], nn.Linear(width, width)), 3  # TML113
        self.first, *self.rest = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)  # TML113
        self.f = self.g = [nn.Linear(width, width)]  # TML113 TML113

    def forward(self, x):
        return self.a[0](x)


class SetByName(nn.Module):
    def __init__(self, width):
        super().__init__()
        setattr(self, "layers", [nn.Linear(width, width)])  # noqa: B010  # TML113
        for name in ("left", "right"):
            setattr(self, name, [nn.Linear(width, width)])  # TML113

    def forward(self, x):
        return self.layers[0](x)


class LazilyBuilt(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.layers = None

    def setup(self, depth):
        self.layers = [nn.Linear(self.width, self.width) for _ in range(depth)]  # TML113

    def forward(self, x):
        return self.layers[0](x)


class Subclassing(LazilyBuilt):
    """One finding stands in the base; what is added here is said here."""

    def __init__(self, width):
        super().__init__(width)
        self.heads = [nn.Linear(width, width)]  # TML113

    def forward(self, x):
        return self.heads[0](x)


def local_class():
    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(2, 2)]  # TML113

        def forward(self, x):
            return self.layers[0](x)

    return Inner


class Outer:
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(2, 2)]  # TML113

        def forward(self, x):
            return self.layers[0](x)


class Constants(nn.Module):
    """Lists named in __constants__ are legacy TorchScript, and known to be plain."""

    __constants__ = ["layers"]

    def __init__(self, width):
        super().__init__()
        self.layers = [nn.Linear(width, width)]

    def forward(self, x):
        return self.layers[0](x)


class NamedByParts(nn.Module):
    """Lists whose attributes have names that are put together."""

    def __init__(self, width, depth):
        super().__init__()
        for kind in ("user", "item"):
            layers = [nn.Linear(width, width) for _ in range(depth)]
            setattr(self, f"{kind}_layers", layers)
            for at, layer in enumerate(getattr(self, f"{kind}_layers")):
                nn.init.zeros_(getattr(self, f"{kind}_layers")[at].weight)
                self.add_module(f"{kind}_{at}", layer)

    def forward(self, x):
        return self.user_layers[0](x) + self.item_layers[0](x)


class NamedAndLost(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        for kind in ("user", "item"):
            setattr(self, f"{kind}_layers", [nn.Linear(width, width) for _ in range(depth)])  # TML113
            for layer in getattr(self, f"{kind}_layers"):
                nn.init.zeros_(layer.weight)

    def forward(self, x):
        return self.user_layers[0](x) + self.item_layers[0](x)
