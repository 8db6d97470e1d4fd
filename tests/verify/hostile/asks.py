# expect: inconclusive not-constructed
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        input("well? ")
        self.layer = nn.Linear(2, 2)
