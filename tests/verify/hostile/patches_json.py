# expect: inconclusive crashed
import json

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        json.dumps = lambda *arguments, **keywords: "nothing"
        self.layer = nn.Linear(2, 2)
