# expect: inconclusive crashed
import ctypes

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ctypes.string_at(0)
        self.layer = nn.Linear(2, 2)
