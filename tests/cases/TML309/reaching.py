"""Whether an override reaches what the module holds."""

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 3)
        self.drop = nn.Dropout(0.1)
        self.noise = 0.1

    def forward(self, x):
        return self.drop(self.body(x))


class Flag(Net):
    def train(self, mode=True):  # TML309
        self.training = mode
        self.noise = 0.1 if mode else 0.0
        return self

    def eval(self):  # TML309
        self.noise = 0.0
        return self


class Dropped(Net):
    def train(self, mode=True):  # TML309
        super().train()
        self.drop.eval()
        return self


class Always(Net):
    def train(self, mode=True):  # TML309
        nn.Module.train(self, True)
        return self


class Chosen(Net):
    def train(self, mode=True):
        if mode:
            super().train()
        else:
            super().eval()
        return self


class Never(Net):
    """Frozen on purpose."""

    def train(self, mode=True):
        return super().train(False)


class Stays(Net):
    def train(self, mode=True):
        pass


class ByHand(Net):
    def train(self, mode=True):
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self):
        self.drop.eval()
        return self


class ByFlag(Net):
    def train(self, mode=True):
        self.training = self.drop.training = mode
        return self


class Through(Net):
    def train(self, mode=True):
        self._switch(mode)
        return self

    def eval(self):
        return self._switch(False)

    def _switch(self, mode):
        return super().train(mode)


class Lent(Net):
    def train(self, mode=True):
        switch(self, mode)
        return self


class Harmless(nn.Module):
    """It holds nothing that has a mode."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 3)

    def forward(self, x):
        return self.body(x)

    def train(self, mode=True):
        self.training = mode
        return self


class Mixed(Net, nn.Embedding):
    def train(self, mode=True):
        nn.Embedding.train(self, mode)
        return self


def switch(net, mode):
    nn.Module.train(net, mode)
