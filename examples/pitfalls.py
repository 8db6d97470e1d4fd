"""Pitfalls of `nn.Module` in one small network: most of it runs without a complaint, and none of it as it reads."""

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, width):
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        return torch.relu(self.linear(x))


class Mixer(nn.Module):
    norm = nn.LayerNorm(64)

    def __init__(self, width=64, depth=4):
        super().__init__()
        self.layers = [nn.Linear(width, width) for _ in range(depth)]
        self.head = nn.Sequential(*[nn.Linear(width, width)] * 2)
        self.gain = torch.ones(width, requires_grad=True)
        self.shift = nn.Parameter(torch.zeros(width)).cuda()
        self.position = torch.linspace(0.0, 1.0, width)

    def forward(self, x):
        x = self.norm(x) * self.gain + self.shift + self.position
        for layer in self.layers:
            x = functional.dropout(layer(x), 0.1)
        return self.head.forward(x)


def accuracy(model, batches):
    model.eval()
    right = 0
    for inputs, labels in batches:
        right += (model(inputs).argmax(1) == labels).sum().item()
    return right
