# expect: inconclusive memory, refuted not-observed
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.empty(50 << 30, dtype=torch.uint8)
        self.layer = nn.Linear(2, 2)
