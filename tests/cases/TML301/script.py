"""A script: everything at module level."""

import sys

import torch
from torch import nn

net = nn.Sequential()
net.add_module("linear", nn.Linear(8, 8))
net.add_module("norm", nn.BatchNorm1d(8))
state = torch.load(sys.argv[1], map_location=lambda storage, location: storage)
net.load_state_dict(state["model"] if "model" in state else state)

with torch.no_grad():
    for line in sys.stdin:
        x = torch.tensor([float(word) for word in line.split()])
        y = net(x.unsqueeze(0))
        print(y.tolist())

model = nn.Sequential(nn.Linear(8, 8), nn.Dropout(), nn.Linear(8, 2))
model.load_state_dict(torch.load(sys.argv[2]))


def predict(x):
    """The mode of a global is whatever the program has made of it when this is called."""
    with torch.no_grad():
        return model(x)


if __name__ == "__main__":
    model.eval()
    print(predict(torch.load(sys.argv[3])))
