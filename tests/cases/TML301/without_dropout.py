"""Built with a dropout of 0: the mode does not matter, unless something else minds it."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width, dropout):
        super().__init__()
        self.layers = nn.Sequential(nn.GroupNorm(1, width), nn.Linear(width, width), nn.Dropout(p=dropout))

    def forward(self, x):
        return x + self.layers(x)


class Classifier(nn.Module):
    def __init__(self, width, **kwargs):
        super().__init__()
        self.block = Block(width, **kwargs)
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        return self.head(self.block(x))


class Normed(Classifier):
    def __init__(self, width, **kwargs):
        super().__init__(width, **kwargs)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, x):
        return super().forward(self.norm(x))


def classify(path, x):
    model = Classifier(8, dropout=0)
    model.load_state_dict(torch.load(path))
    return model(x)


def classify_exactly(path, x):
    model = Classifier(8, dropout=0.0)
    model.load_state_dict(torch.load(path))
    return model(x)


def classify_with_dropout(path, x):
    model = Classifier(8, dropout=0.1)
    model.load_state_dict(torch.load(path))
    return model(x)  # TML301


def classify_as_given(path, x, dropout):
    model = Classifier(8, dropout=dropout)
    model.load_state_dict(torch.load(path))
    return model(x)  # TML301


def classify_normed(path, x):
    model = Normed(8, dropout=0)
    model.load_state_dict(torch.load(path))
    return model(x)  # TML301
