# expect: inconclusive timeout, inconclusive not-constructed
import time

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        time.sleep(1000)
        self.layer = nn.Linear(2, 2)
