"""Kernels and models of gpytorch: a call of one is not a call of its `forward`."""

import gpytorch
import torch
from botorch.models import SingleTaskGP
from torch import nn


class Product(gpytorch.kernels.Kernel):
    def __init__(self, base):
        super().__init__()
        self.inner = gpytorch.kernels.RBFKernel()
        self.members = nn.ModuleList([base, base])

    def forward(self, x1, x2):
        product = self.inner.forward(x1, x2)
        for member in self.members:
            product = product * member.forward(x1, x2)
        return product


class Exact(gpytorch.models.ExactGP):
    def __init__(self, x, y, likelihood):
        super().__init__(x, y, likelihood)
        self.features = nn.Linear(2, 2)
        self.mean_module = gpytorch.means.ConstantMean()

    def forward(self, x):
        x = self.features.forward(x)  # TML201
        return self.mean_module.forward(x)


def single(x, y):
    model = SingleTaskGP(x, y)
    optimizer = torch.optim.Adam(model.parameters())
    return model.forward(x), optimizer
