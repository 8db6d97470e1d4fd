import torch
from torch import nn


class Common(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))


class Collecting(nn.Module):
    """Registers the modules that a subclass puts in `self.layers`."""

    def __init__(self, width):
        super().__init__()
        self.layers = self.make(width)
        for at, layer in enumerate(self.layers):
            self.add_module(str(at), layer)

    def make(self, width):
        raise NotImplementedError


class Late(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = []

    def finish(self):
        self.net = nn.Sequential(*self.parts)
