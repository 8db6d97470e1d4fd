# expect: refuted not-observed
# needs: seccomp
import ctypes

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        assert ctypes.CDLL(None).socket(2, 1, 0) == -1
        self.layer = nn.Linear(2, 2)
