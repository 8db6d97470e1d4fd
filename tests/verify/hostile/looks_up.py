# expect: inconclusive wants-network
import urllib.request

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        urllib.request.urlopen("https://example.org/weights")
        self.layer = nn.Linear(2, 2)
