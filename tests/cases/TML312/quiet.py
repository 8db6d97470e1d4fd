"""Flags that mean no more than one module, or are set on every one."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.training = True
        self.body = nn.Linear(width, width)
        self.drop = nn.Dropout(0.1)
        self.norm = nn.BatchNorm1d(width)
        self.drop.training = False
        self.norm.training = False

    def forward(self, x):
        return self.norm(self.drop(self.body(x)))


class Plain(nn.Module):
    """It holds nothing that has a mode."""

    def __init__(self, width):
        super().__init__()
        self.body = nn.Linear(width, width)
        self.off = nn.Dropout(0.0)
        self.training = False

    def forward(self, x):
        return self.body(x)

    def infer(self, x):
        self.training = False
        return self(x)


class Branching(Net):
    """The flag chooses the branch of the module itself."""

    def forward(self, x):
        return super().forward(x) if self.training else self.body(x)

    def infer(self, x):
        self.training = False
        return self(x)


class Property(Net):
    @property
    def training(self):
        return self._training

    @training.setter
    def training(self, mode):
        self._training = mode
        for child in self.children():
            child.train(mode)


class Switched(Net):
    def infer(self, x):
        self.training = False
        for module in self.modules():
            module.training = False
        return self(x)


class Trainer:
    """No module."""

    def __init__(self, training):
        self.training = training

    def stop(self, net):
        self.training = False
        net.training = False


def predict(net: Net, special: Property, plain: Plain, x):
    flags = [(module, module.training) for module in net.modules()]
    net.eval()
    out = net(x)
    for module, flag in flags:
        module.training = flag
    special.training = False
    plain.training = False
    was = net.training
    with torch.no_grad():
        out = out + net(x)
    net.training = was
    return out


def copy_flag(new: Net, old: Net):
    new.training = old.training
    for module in new.modules():
        module.training = False
    for child in old.children():
        child.training = False


def every(net: Net):
    net.training = False
    for module in net.modules():
        module.training = False
