import kit
import kit.layers
import kit.layers.linear
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = kit.layers.linear.Gate()
        self.plain = kit.layers.linear.Plain()
        self.dense = kit.layers.dense.Dense()
        self.missing = kit.layers.missing.Gate()

    def forward(self, x):
        x = self.gate.forward(x)  # TML201
        return self.plain.forward(self.dense.forward(self.missing.forward(x)))
