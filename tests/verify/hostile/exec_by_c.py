# expect: refuted not-observed
# needs: seccomp
import ctypes

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ctypes.CDLL(None).execl(b"/bin/sleep", b"sleep", b"1000", None)
        self.layer = nn.Linear(2, 2)
