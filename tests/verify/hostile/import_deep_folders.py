# expect: refuted not-observed
import ctypes
import os
import tempfile

from torch import nn


class Deep:
    library = ctypes.CDLL(None)
    here = os.getcwd()
    os.chdir(tempfile.mkdtemp())
    for _ in range(1200):
        library.mkdir(b"d", 0o700)
        library.chdir(b"d")
    os.chdir(here)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
