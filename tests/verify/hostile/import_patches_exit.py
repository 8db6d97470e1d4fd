# expect: refuted not-observed
import os
import sys

from torch import nn


class Patching:
    os._exit = lambda status: None
    sys.exit = lambda status=0: None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
