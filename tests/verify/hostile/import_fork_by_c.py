# expect: refuted not-observed
import ctypes
import os
import time

from torch import nn


class Many:
    for _ in range(10):
        if ctypes.CDLL(None).fork() == 0:
            ctypes.CDLL(None).setsid()
            if ctypes.CDLL(None).fork() == 0:
                time.sleep(1000)
            os._exit(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
