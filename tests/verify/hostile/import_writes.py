# expect: refuted not-observed
import os

from torch import nn


class Log:
    file = open(os.path.join(os.path.dirname(__file__), "escaped"), "w")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
