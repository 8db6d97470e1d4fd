"""`eval` and `train` that nobody calls, on things that are modules and on things that are not."""

import pandas as pd
import torch
from torch import nn

from .models import build


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(2, 2)
        self.layers = nn.ModuleList([nn.Linear(2, 2)])

    def freeze(self):
        self.eval  # TML306
        self.body.eval  # TML306
        for layer in self.layers:
            layer.train  # TML306
        self.layers[0].eval  # TML306
        return self

    def forward(self, x):
        return self.body(x)


net = Net()
net.eval  # TML306
net.to("cpu").eval  # TML306
Net().train  # TML306
net.eval; net.train()  # TML306


def by_annotation(model: nn.Module, data: pd.DataFrame):
    model.eval  # TML306
    data.eval


def by_use(model, loader, trainer, config):
    model.eval  # TML306
    trainer.train
    config.eval
    return [model(batch) for batch in loader]


def by_chain(device):
    model = build()
    model.to(device).eval  # TML306
    build().cuda().train  # TML306
    build().eval


class Runner:
    def __init__(self, model, data):
        self.model = model
        self.data = data

    def run(self, x):
        self.model.eval  # TML306
        self.data.train
        self.train
        with torch.no_grad():
            return self.model(x)

    def train(self):
        """Is called below as `model.eval`.

        >>> model.eval
        """
        optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)
        return optimizer


class Split(nn.Module):
    """A property may do something when it is read."""

    @property
    def train(self):
        return self.load("train")

    def prepare(self):
        self.train
        return self

    def forward(self, x):
        return x


def right(model, frame, maybe):
    model.eval()
    model.train(False)
    switch = model.eval
    switch()
    frame.eval
    frame = [1]
    if maybe and model.eval:
        return model.training
    (pd.eval, ...)
    pd.eval
    return model(frame)
