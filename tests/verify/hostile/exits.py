# expect: inconclusive not-constructed
import sys

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        sys.exit(0)
        self.layer = nn.Linear(2, 2)
