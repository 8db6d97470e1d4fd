# expect: refuted not-observed
import threading
import time

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        threading.Thread(target=time.sleep, args=(1000,)).start()
        self.layer = nn.Linear(2, 2)
