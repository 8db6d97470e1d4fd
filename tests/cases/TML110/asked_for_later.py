"""Gradients of a tensor, asked for by the constructor or by a method that runs when it has long ended."""

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
