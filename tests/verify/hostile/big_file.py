# expect: inconclusive not-constructed, inconclusive timeout
import tempfile

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        with tempfile.NamedTemporaryFile(delete=False) as file:
            for _ in range(200):
                file.write(b"x" * (1 << 20))
        self.layer = nn.Linear(2, 2)
