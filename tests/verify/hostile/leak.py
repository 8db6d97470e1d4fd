# expect: inconclusive memory, inconclusive timeout, inconclusive not-constructed
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        kept = []
        while True:
            kept.append(bytearray(64 << 20))
        self.layer = nn.Linear(2, 2)
