# expect: inconclusive crashed
import os

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        os.closerange(0, 1000)
        self.layer = nn.Linear(2, 2)
