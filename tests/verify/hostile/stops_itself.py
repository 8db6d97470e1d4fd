# expect: inconclusive timeout, inconclusive not-constructed
import os
import signal

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        os.kill(os.getpid(), signal.SIGSTOP)
        self.layer = nn.Linear(2, 2)
