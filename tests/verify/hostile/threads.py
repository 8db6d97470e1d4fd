# expect: inconclusive not-constructed
import threading
import time

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        for _ in range(5000):
            threading.Thread(target=time.sleep, args=(1000,)).start()
        self.layer = nn.Linear(2, 2)
