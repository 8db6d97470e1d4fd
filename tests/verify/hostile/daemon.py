# expect: inconclusive not-constructed
import os
import time

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(1000)
            os._exit(0)
        self.layer = nn.Linear(2, 2)
