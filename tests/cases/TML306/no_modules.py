"""A script without a class of its own; only the line tells that there is something to find."""

import sys

import torch

model = torch.load(sys.argv[1], weights_only=False)
model.eval
print(model)


def test(net, loader):
    net.eval  # TML306
    with torch.no_grad():
        for x, _ in loader:
            print(net(x))
