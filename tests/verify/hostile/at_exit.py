# expect: refuted not-observed
import atexit
import time

from torch import nn

atexit.register(time.sleep, 1000)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
