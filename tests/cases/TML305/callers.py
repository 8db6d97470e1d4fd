"""Helpers, inner functions and lambdas: who calls them decides."""

import torch.nn.functional as F
from torch import nn


def noisy(x, p):
    return F.dropout(x, p)  # TML305


def careful(x, p):
    return F.dropout(x, p)


def told(x, p, active):
    if active:
        x = F.dropout(x, p)
    return x


def unused(x):
    return F.dropout(x, 0.5)


def in_script(x):
    return F.dropout(x, 0.5)


def augment(x):
    return F.dropout2d(x, 0.1)


def handed_on(x):
    return F.dropout(x, 0.5)  # TML305


class Net(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p
        self.layers = nn.ModuleList([nn.Linear(4, 4)])
        self.thin = lambda x: F.dropout(x, p)
        self.both = lambda x: F.dropout(x, p)  # TML305
        self.steps = [lambda x: F.dropout(x, p) if p else x]  # TML305

    def forward(self, x):
        x = noisy(x, self.p)
        x = careful(x, self.p if self.training else 0.0)
        x = told(x, self.p, self.training)
        if self.training:
            x = self._thin(x)
            x = self.thin(x)
        x = self.both(x)
        x = self._always(x, 0.3)
        x = self._never(x, 0.0)

        def inner(y):
            return F.dropout(y, self.p)  # TML305

        def guarded(y):
            return F.dropout(y, self.p)

        def never_called(y):
            return F.dropout(y, self.p)

        if self.training:
            x = guarded(x)
        return [inner(x), *map(handed_on, [x])]

    def _thin(self, x):
        return F.dropout(x, self.p)

    def _always(self, x, p):
        return F.dropout(x, p)  # TML305

    def _never(self, x, p):
        return F.dropout(x, p)

    def _for_subclasses(self, x):
        return F.dropout(x, self.p)

    def embed(self, x):
        return F.dropout(x, self.p)  # TML305

    def training_step(self, batch, index):
        return F.dropout(batch, self.p).sum() * index

    @staticmethod
    def _static(x, p):
        return F.dropout(x, p)  # TML305

    @classmethod
    def _of_class(cls, x, p):
        return F.dropout(x, p)

    def uses(self, x):
        return Net._static(x, 0.5) + self._of_class(x, self.training * 0.5)


class Augmentation:
    def __call__(self, image):
        return augment(F.dropout(image, 0.1))


class Trainer:
    def __init__(self, model):
        self.model = model

    def step(self, batch):
        return self.model(F.dropout(batch, 0.2))


print(in_script(None))
