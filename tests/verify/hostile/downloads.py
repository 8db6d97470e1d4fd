# expect: inconclusive wants-network
import urllib.request

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        urllib.request.urlopen("http://198.51.100.1/weights")
        self.layer = nn.Linear(2, 2)
