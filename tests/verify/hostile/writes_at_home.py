# expect: refuted not-observed
import os
import tempfile

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        home = os.path.expanduser("~")
        with open(os.path.join(home, "escaped"), "w") as file:
            file.write("here")
        torch.save({}, os.path.join(tempfile.gettempdir(), "escaped.pt"))
        self.layer = nn.Linear(2, 2)
