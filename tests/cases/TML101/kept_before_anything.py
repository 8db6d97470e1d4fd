"""A layer kept while nothing is initialised raises at once: no code out of sight can make up for it later."""

import torch
from somewhere import prepare
from torch import nn


class Lent(nn.Module):
    def __init__(self, width):  # TML101
        self.proj = nn.Linear(width, width)
        prepare(self)


class LentTwice(nn.Module):
    def __init__(self, width):  # TML101
        self.width = width
        self.weight = nn.Parameter(torch.zeros(width))
        prepare(self)
        prepare(width, owner=self)


class Registers(nn.Module):
    def __init__(self, width):  # TML101
        self.register_buffer("table", torch.zeros(width))
        prepare(self)


class InHelper(nn.Module):
    def __init__(self, width):  # TML101
        self.build(width)
        prepare(self)

    def build(self, width):
        self.proj = nn.Linear(width, width)


class LentFirst(nn.Module):
    """It may be initialised when the layer comes."""

    def __init__(self, width):
        prepare(self)
        self.proj = nn.Linear(width, width)


class Numbers(nn.Module):
    def __init__(self, width):
        self.width = width
        self.names = ["a", "b"]
        prepare(self)


class Listed(nn.Module):
    """A plain list may come first."""

    def __init__(self, width):
        self.layers = [nn.Linear(width, width)]  # TML113
        prepare(self)


class Sometimes(nn.Module):
    def __init__(self, width):
        if width:
            self.proj = nn.Linear(width, width)
        prepare(self)


class Perhaps(nn.Module):
    def __init__(self, width):
        self.proj = nn.Linear(width, width) if width else None
        prepare(self)


class Given(nn.Module):
    """What the annotation calls a module may be a class."""

    def __init__(self, body: nn.Module):
        self.body = body
        prepare(self)


class Early(nn.Module):
    """Too late is not never: TML102."""

    def __init__(self, width):
        self.proj = nn.Linear(width, width)  # TML102
        prepare(self)
        super().__init__()


class Setting(nn.Module):
    """Assignments do what the class says."""

    def __init__(self, width):
        self.proj = nn.Linear(width, width)
        prepare(self)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
