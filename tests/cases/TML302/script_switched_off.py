"""A script that switches gradients off for everything."""

import sys

import torch
from torch import nn

torch.set_grad_enabled(False)

net = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5), nn.Linear(8, 2))
net.load_state_dict(torch.load(sys.argv[1]))
net.eval()


def right(loader):
    net.eval()
    return sum((net(x).argmax(1) == y).sum().item() for x, y in loader)


for x, y in torch.load(sys.argv[2]):
    print((net(x).argmax(1) == y).sum().item())
print(right(torch.load(sys.argv[3])))
