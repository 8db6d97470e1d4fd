# expect: inconclusive crashed
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        raise KeyboardInterrupt
        self.layer = nn.Linear(2, 2)
