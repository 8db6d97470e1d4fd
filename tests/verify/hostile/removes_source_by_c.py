# expect: refuted not-observed
# needs: Landlock
import ctypes

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ctypes.CDLL(None).unlink(__file__.encode())
        self.layer = nn.Linear(2, 2)
