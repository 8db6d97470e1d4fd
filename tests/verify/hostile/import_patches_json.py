# expect: inconclusive crashed
import json

from torch import nn

json.dumps = lambda *arguments, **keywords: "nothing"


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
