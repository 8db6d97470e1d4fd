from torch import nn

__all__ = ["Net", "Called"]


class Base(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encoder = nn.Linear(width, width)
        self.heads = nn.ModuleList([nn.Linear(width, 1)])

    def forward(self, x):
        return self.encoder(x)


class Net(Base):
    def forward(self, x):
        return super().forward(x) + self.encoder.forward(x)  # TML201


class Called(Base):
    """A call of it is more than its `forward`."""

    def __call__(self, x):
        return super().__call__(x).sum()
