import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stem = nn.Linear(width, width)
        self.register_buffer("mean", torch.zeros(width))
        self._build(width)

    def _build(self, width):
        self.deep = nn.Linear(width, width)

    def features(self, x):
        return self.stem(x)

    def forward(self, x):
        return self.features(x) - self.mean
