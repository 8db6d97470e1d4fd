"""Constructors of parents that are passed over, and calls that address the wrong class."""

import torch
from torch import nn


class Base(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)
        self.scale = 1.0

    def forward(self, x):
        return self.proj(x)

    def describe(self):
        return str(self.proj)


class ReadsIt(Base):
    def __init__(self, width):
        super(Base, self).__init__()  # TML104
        self.gate = nn.Linear(width, width)

    def forward(self, x):
        return self.gate(x) + self.proj(x)


class InheritsForward(Base):
    def __init__(self, width):
        nn.Module.__init__(self)  # TML104
        self.gate = nn.Linear(width, width)


class ReplacesAll(Base):
    """Skips on purpose, and needs nothing of it."""

    def __init__(self, width):
        super(Base, self).__init__()
        self.gate = nn.Linear(width, width)

    def forward(self, x):
        return self.gate(x)


class SetsItItself(Base):
    def __init__(self, width):
        super(Base, self).__init__()
        self.proj = nn.Linear(width, 2 * width)


class SetsItByHelper(Base):
    def __init__(self, width):
        super(Base, self).__init__()
        self._build(width)

    def _build(self, width):
        self.proj = nn.Sequential(nn.Linear(width, width))


class SetsItBySetattr(Base):
    def __init__(self, width):
        super(Base, self).__init__()
        setattr(self, "proj", nn.Linear(width, width))


class SetsSomeName(Base):
    def __init__(self, width, name):
        super(Base, self).__init__()
        setattr(self, name, nn.Linear(width, width))


class AddsIt(Base):
    def __init__(self, width):
        super(Base, self).__init__()
        self.add_module("proj", nn.Linear(width, width))


class AddsSomeNames(Base):
    def __init__(self, layers):
        super(Base, self).__init__()
        for name, layer in layers.items():
            self.add_module(name, layer)


class PropertyInstead(Base):
    def __init__(self, width):
        super(Base, self).__init__()
        self.inner = nn.Linear(width, width)

    @property
    def proj(self):
        return self.inner


class MethodInstead(Base):
    def __init__(self, width):
        super(Base, self).__init__()

    def proj(self, x):
        return x


class ClassAttributeInstead(Base):
    proj = torch.relu

    def __init__(self, width):
        super(Base, self).__init__()

    def forward(self, x):
        return self.proj(x)


class Dynamic(Base):
    def __init__(self, width):
        super(Base, self).__init__()

    def __getattr__(self, name):
        return super().__getattr__(name)


class UnusedHelper(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = nn.Linear(width, width)
        self.reset()

    def reset(self):
        nn.init.zeros_(self.width.weight)


class SkipsTheOnlyCaller(UnusedHelper):
    """`reset` is called by the skipped constructor alone."""

    def __init__(self, width):
        super(UnusedHelper, self).__init__()
        self.own = nn.Linear(width, width)

    def forward(self, x):
        return self.own(x)


class Middle(Base):
    """Has no constructor of its own."""


class PastTheMiddle(Middle):
    def __init__(self, width):
        super(Middle, self).__init__(width)
        self.gate = nn.Linear(width, width)


class GrandParent(Middle):
    def __init__(self, width):
        Base.__init__(self, width)
        self.gate = nn.Linear(width, width)


class Wide(Base):
    def __init__(self, width):
        super().__init__(width)
        self.wide = nn.Linear(width, width)

    def forward(self, x):
        return self.wide(x)


class PastWide(Wide):
    def __init__(self, width):
        super(Wide, self).__init__(width)
        self.own = nn.Linear(width, width)

    def forward(self, x):
        return self.own(self.proj(x))


class PastWideAndReads(Wide):
    def __init__(self, width):
        Base.__init__(self, width)  # TML104
        self.own = nn.Linear(width, width)

    def forward(self, x):
        return self.own(super().forward(x)) + self.wide(x)
