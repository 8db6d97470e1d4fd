# expect: inconclusive not-constructed
import os
import subprocess

from torch import nn

OUTSIDE = os.path.join(os.path.dirname(__file__), "escaped")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        subprocess.run(["touch", OUTSIDE], check=True)
        self.layer = nn.Linear(2, 2)
