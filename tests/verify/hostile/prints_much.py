# expect: refuted not-observed
import os

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        print("x" * 3_000_000, flush=True)
        os.write(1, b"x" * 3_000_000)
        os.write(2, b"x" * 3_000_000)
        self.layer = nn.Linear(2, 2)
