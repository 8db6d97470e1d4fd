# expect: refuted not-observed
# needs: seccomp
import ctypes
import time

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        for _ in range(10):
            if ctypes.CDLL(None).fork() == 0:
                time.sleep(1000)
        self.layer = nn.Linear(2, 2)
