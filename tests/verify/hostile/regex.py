# expect: inconclusive timeout, inconclusive not-constructed
import re

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        re.match(r"(a+)+$", "a" * 64 + "b")
        self.layer = nn.Linear(2, 2)
