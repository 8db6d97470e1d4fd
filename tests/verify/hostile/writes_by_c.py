# expect: refuted not-observed
# needs: Landlock
import ctypes
import os

from torch import nn

OUTSIDE = os.path.join(os.path.dirname(__file__), "escaped")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ctypes.CDLL(None).creat(OUTSIDE.encode(), 0o600)
        self.layer = nn.Linear(2, 2)
