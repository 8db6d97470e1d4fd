# expect: inconclusive wants-network
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = torch.hub.load("pytorch/vision", "resnet18", trust_repo=True)
        self.layer = nn.Linear(2, 2)
