# expect: refuted not-observed
# needs: seccomp
import ctypes
import os

from torch import nn


class Killer:
    ctypes.CDLL(None).kill(os.getppid(), 9)
    assert ctypes.CDLL(None).kill(-1, 0) == -1


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
