# expect: refuted not-observed
import torch
from torch import nn


class Data:
    batches = list(torch.utils.data.DataLoader([1, 2, 3], num_workers=2))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
