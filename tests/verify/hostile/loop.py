# expect: inconclusive timeout, inconclusive not-constructed
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        while True:
            pass
        self.layer = nn.Linear(2, 2)
