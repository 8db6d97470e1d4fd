import torch
from bases import Backbone
from torch import nn


class Reads(Backbone):
    def __init__(self, width):
        super(Backbone, self).__init__()  # TML104
        self.head = nn.Linear(width, width)

    def forward(self, x):
        return self.head(self.features(x))


class Replaces(Backbone):
    def __init__(self, width):
        super(Backbone, self).__init__()
        self.head = nn.Linear(width, width)

    def forward(self, x):
        return self.head(x)


class ReplacesPart(Backbone):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.stem = nn.Linear(width, width)
        self.register_buffer("mean", torch.ones(width))


class CallsItsBuilder(Backbone):
    def __init__(self, width):
        nn.Module.__init__(self)
        self._build(width)

    def forward(self, x):
        return self.deep(x)


class Forgets(Backbone):
    def __init__(self, width):
        nn.Module.__init__(self)  # TML104
        self.stem = nn.Linear(width, width)
