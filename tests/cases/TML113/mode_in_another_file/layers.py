"""A layer without parameters, whose mode matters; its methods stand in another file than the list."""

import torch.nn.functional as F
from torch import nn


class Drop(nn.Module):
    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        return F.dropout(x, self.rate, training=self.training)


class Scale(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    @property
    def inverse(self):
        return 1 / self.factor

    @inverse.setter
    def inverse(self, value):
        self.factor = 1 / value

    def forward(self, x):
        return x * self.factor
