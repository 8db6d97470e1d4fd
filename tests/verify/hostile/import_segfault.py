# expect: inconclusive crashed
import ctypes

from torch import nn


class Broken:
    ctypes.string_at(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
