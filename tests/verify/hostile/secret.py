# expect: refuted not-observed
import os

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        assert "TORCHMODLINT_TEST_SECRET" not in os.environ
        with open("/proc/self/environ") as file:
            assert "TORCHMODLINT_TEST_SECRET" not in file.read()
        self.layer = nn.Linear(2, 2)
