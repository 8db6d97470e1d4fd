# expect: inconclusive not-constructed, inconclusive wants-network
import os
import socket

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        socket.socket(socket.AF_UNIX).bind(os.path.join(os.path.dirname(__file__), "escaped"))
        self.layer = nn.Linear(2, 2)
