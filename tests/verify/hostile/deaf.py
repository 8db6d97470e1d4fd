# expect: inconclusive timeout, inconclusive not-constructed
import signal

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        while True:
            pass
        self.layer = nn.Linear(2, 2)
