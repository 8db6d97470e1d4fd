"""What an override returns."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 3)
        self.norm = nn.BatchNorm1d(3)
        self.fixed = False

    def forward(self, x):
        return self.norm(self.body(x))


class Forgetful(Net):
    def train(self, mode=True):  # TML309
        super().train(mode)
        self.norm.eval()

    def eval(self):  # TML309
        super().eval()


class Nested(Net):
    def train(self, mode=True):  # TML309
        def switch(module):
            return module.train(mode)

        nn.Module.train(self, mode)
        switch(self.norm)
        return None


class Inner(Net):
    def train(self, mode=True):  # TML309
        def switch(module):
            return module.train(mode)

        super(Inner, self).train(mode)
        switch(self.norm)


class Early(Net):
    def train(self, mode=True):  # TML309
        if self.fixed:
            return
        super().train(mode)
        return self


class HalfWay(Net):
    def train(self, mode=True):  # TML309
        if not self.fixed:
            return super().train(mode)


class Truth(Net):
    @torch.no_grad()
    def train(self, mode=True):  # TML309
        super().train(mode)
        return True


class Variable(Net):
    def train(self, mode=True):
        result = super().train(mode)
        self.norm.eval()
        return result


class BothWays(Net):
    def train(self, mode=True):
        if mode:
            out = super().train(mode)
            self.norm.eval()
            return out
        else:
            return self.eval()

    def eval(self):
        with torch.no_grad():
            return self.train(False)


class Loops(Net):
    def train(self, mode=True):
        while True:
            try:
                return super().train(mode)
            finally:
                self.norm.eval()


class Unknown(Net):
    def train(self, mode=True):
        return switch(self, mode)


class Refuses(Net):
    def train(self, mode=True):
        raise RuntimeError("for inference only")


def switch(net, mode):
    for module in net.modules():
        module.training = mode
    return net
