# expect: inconclusive crashed, inconclusive memory, inconclusive timeout, inconclusive not-constructed
import sys

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        sys.setrecursionlimit(1 << 30)

        def again(depth):
            return again(depth + 1) + 1

        again(0)
        self.layer = nn.Linear(2, 2)
