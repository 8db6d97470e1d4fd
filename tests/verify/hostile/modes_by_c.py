# expect: refuted not-observed
# needs: seccomp
import ctypes

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ctypes.CDLL(None).chmod(__file__.encode(), 0)
        self.layer = nn.Linear(2, 2)
