# expect: inconclusive wants-write
import os

from torch import nn

OUTSIDE = os.path.join(os.path.dirname(__file__), "escaped")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        with open(OUTSIDE, "w") as file:
            file.write("here")
        self.layer = nn.Linear(2, 2)
