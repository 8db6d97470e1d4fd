# expect: inconclusive timeout, inconclusive not-constructed
import sys

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        while True:
            print("x" * 10000)
            print("x" * 10000, file=sys.stderr)
        self.layer = nn.Linear(2, 2)
