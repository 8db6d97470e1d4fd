# expect: inconclusive not-constructed
import multiprocessing

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        with multiprocessing.Pool(2) as pool:
            pool.map(abs, [1, 2])
        self.layer = nn.Linear(2, 2)
