"""A script in eval mode, with the loop at module level."""

import sys

import torch
from torch import nn

net = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5), nn.Linear(8, 2))
net.load_state_dict(torch.load(sys.argv[1]))
net.eval()

right = 0
for x, y in torch.load(sys.argv[2]):
    right += (net(x).argmax(1) == y).sum().item()  # TML302
print(right)
