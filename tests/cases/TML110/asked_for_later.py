"""Gradients of a tensor, asked for by the constructor or by a method that runs when it has long ended."""

import math

import torch
from torch import nn


class Perturbed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.delta = torch.zeros(width)
        self.shift = torch.zeros(width)
        self.scale = torch.ones(width)  # TML110
        self._start()

    def _start(self):
        self.scale.requires_grad_()

    def attack(self, loss, x):
        self.delta.requires_grad_()
        self.shift.requires_grad = True
        loss(self(x)).backward()
        return self.delta.grad.sign(), self.shift.grad

    def attack_again(self, loss, x):
        self.delta.requires_grad_()
        return self.attack(loss, x)

    def forward(self, x):
        return (x + self.delta + self.shift) * self.scale


class Fields(nn.Module):
    """What is computed from a Parameter requires grad by that, and is asked in vain."""

    def __init__(self, shape: torch.Tensor, count, given: torch.Tensor):
        super().__init__()
        self.shape = nn.Parameter(shape)
        self._update()
        self.start = given.clone().requires_grad_()  # TML110
        filled = torch.zeros(count, 2)
        for i in range(count):
            filled[i] = torch.randn(2) / math.sqrt(count)
        self.filled = filled.requires_grad_(True)  # TML110

    def _update(self):
        self.fields = torch.stack([field(one) for one in self.shape])
        self.fields.requires_grad_(True)
        table = torch.zeros(len(self.shape), 2)
        for i, one in enumerate(self.shape):
            table[i] = field(one)
        self.table = torch.cat([table, table]).requires_grad_(True)

    def forward(self, x):
        self._update()
        return x * self.fields.sum() + self.table.sum() + self.start.sum() + self.filled.sum()


def field(one):
    return torch.cat([one.sin(), one.cos()])
