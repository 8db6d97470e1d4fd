# expect: inconclusive timeout, inconclusive not-constructed
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.Linear(8, 8)
        while True:
            layer(torch.randn(4, 8)).sum().backward()
        self.layer = nn.Linear(2, 2)
