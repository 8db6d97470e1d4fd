import torch
from base import Lazy, Model
from torch import nn


class Noise(Model):
    def __init__(self, width):  # TML101
        self.scale = nn.Parameter(torch.ones(width))
        self.constrain("scale", 1)


class Constrained(Model):
    def __init__(self, width):
        self.constrain("width", 1)
        self.width = width


class Widened(Model):
    """The method of the base, which is read, initialises nothing."""

    def __init__(self, width):  # TML101
        self.width = width
        self.widen()


class Sound(Model):
    def __init__(self, width):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.constrain("scale", 1)


class Prepared(Lazy):
    def __init__(self, width):
        self.prepare()
        self.scale = nn.Parameter(torch.ones(width))


class PreparedLate(Lazy):
    """Initialised, but too late: TML102."""

    def __init__(self, width):
        self.scale = nn.Parameter(torch.ones(width))
        self.prepare()
