from layers import Drop, Scale
from torch import nn


class Net(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.drops = [Drop(0.1) for _ in range(depth)]  # TML113
        self.scales = [Scale(2.0) for _ in range(depth)]

    def forward(self, x):
        for layer, drop, scale in zip(self.layers, self.drops, self.scales):
            x = scale(drop(layer(x)))
        return x
