# expect: inconclusive wants-write
import os

from torch import nn

OUTSIDE = os.path.join(os.path.dirname(__file__), "escaped")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        os.makedirs(OUTSIDE)
        self.layer = nn.Linear(2, 2)
