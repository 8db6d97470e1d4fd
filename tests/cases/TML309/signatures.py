"""`train` and `eval` that cannot be called as nn.Module calls them, or mean something else."""

from abc import abstractmethod
from typing import Optional, overload

from torch import nn
from torch.utils.data import DataLoader


class Learner(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 3), nn.Dropout())

    def forward(self, x):
        return self.net(x)


class NoMode(Learner):
    def train(self):  # TML309
        self.net.train()
        return self


class Several(Learner):
    def train(self, loader, optimizer, epochs=10):  # TML309
        for _ in range(epochs):
            for batch in loader:
                optimizer.step(batch)


class Keyword(Learner):
    def train(self, mode=True, *, loader):  # TML309
        super().train(mode)
        return self


class Epochs(Learner):
    def train(self, epochs: int = 10):  # TML309
        self.net.train()
        return epochs


class Count(Learner):
    def train(self, epochs=10):  # TML309
        for _ in range(epochs):
            self.net.train()


class Loader(Learner):
    def train(self, loader: Optional[DataLoader] = None):  # TML309
        self.net.train()
        return [self(x) for x in loader]


class Evaluated(Learner):
    def eval(self, loader):  # TML309
        return [self(x) for x in loader]


class Later(Learner):
    async def train(self, mode=True):  # TML309
        return super().train(mode)

    def eval(self):  # TML309
        for part in (self.net,):
            yield part.eval()


class Described(Learner):
    @overload
    def train(self, mode: bool) -> "Described": ...

    @overload
    def train(self) -> "Described": ...

    def train(self, mode: bool = True) -> "Described":
        super().train(mode)
        return self


class Anything(Learner):
    def train(self, *args, **kwargs):
        return super().train(*args, **kwargs)


class Named(Learner):
    def train(self, training: bool = True):
        return super().train(training)

    def eval(self, verbose=False):
        super().eval()
        return self


class Number(Learner):
    """An odd annotation, but it is the mode."""

    def train(self, mode: int = 1):
        return super().train(bool(mode))


class Abstract(Learner):
    @abstractmethod
    def train(self, loader): ...

    def eval(self, loader):
        raise NotImplementedError


class Assigned(Learner):
    train = Learner.train
    eval = None


class Wrapped(Learner):
    @property
    def train(self):
        return lambda mode: self

    @staticmethod
    def eval(loader):
        return loader


class Trainer:
    """No module."""

    def train(self):
        return self.eval(1)

    def eval(self, loader):
        return loader


class Both(Learner):
    def train(self):  # TML309
        self.net.train()
        return self

    def eval(self):
        self.net.eval()
        return self
