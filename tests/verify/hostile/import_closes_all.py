# expect: inconclusive crashed
import os

from torch import nn


class Closing:
    os.closerange(0, 1000)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
