# expect: inconclusive timeout, inconclusive not-constructed
import threading

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
        self.layer = nn.Linear(2, 2)
