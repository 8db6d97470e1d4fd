# expect: refuted not-observed
# needs: seccomp
import ctypes
import os

from torch import nn


class Stopper:
    ctypes.CDLL(None).syscall(ctypes.c_long(234), os.getppid(), os.getppid(), 19)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
