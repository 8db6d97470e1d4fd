# expect: inconclusive not-constructed
import pdb

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        pdb.set_trace()
        self.layer = nn.Linear(2, 2)
