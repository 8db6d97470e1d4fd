"""What is given for the mode and for the rate."""

import torch.nn.functional as F
from torch import nn

NOTHING = 0.0
RATE = 0.3


class Told(nn.Module):
    def __init__(self, p, options):
        super().__init__()
        self.p = p
        self.none = 0.0
        self.options = options

    def forward(self, x, *rest, **more):
        x = F.dropout(x, self.p, self.training)
        x = F.dropout(x, self.p, training=self.training)
        x = F.dropout(x, 0.5, True)
        x = F.dropout(x, training=True)
        x = F.dropout(x, 0.5, training=False)
        x = F.dropout(x, *rest)
        x = F.dropout(x, **more)
        x = F.dropout(x, **self.options)
        x = F.alpha_dropout(x, 0.1, self.training)
        return F.rrelu(x, 0.1, 0.3, self.training)


class Rates(nn.Module):
    def __init__(self, p, config, rates):
        super().__init__()
        self.p = p
        self.none = 0.0
        self.config = config
        self.drop = nn.Dropout(p)
        self.rates = rates

    def forward(self, x):
        x = F.dropout(x, 0)
        x = F.dropout(x, p=0.0)
        x = F.dropout(x, NOTHING)
        x = F.dropout(x, self.none)
        x = F.dropout(x, p=self.p * self.training)
        x = F.dropout(x, p=float(self.training) * 0.5)
        x = F.dropout(x, p=self.p if self.training else 0.0)
        p = self.p if self.training else 0.0
        x = F.dropout(x, p)
        x = F.dropout(x, RATE)  # TML305
        x = F.dropout(x, self.config.dropout)  # TML305
        x = F.dropout(x, self.drop.p)  # TML305
        x = F.dropout(x, self.p * 0.5)  # TML305
        x = F.dropout(x, self.rates[0])  # TML305
        for rate, _ in zip(self.rates, range(3)):
            x = F.dropout(x, rate)  # TML305
        for at, rate in enumerate(self.rates):
            x = F.dropout(x, rate) * at  # TML305
        return x

    def by_hand(self, x, p=0.5):
        return F.dropout(x, p)


class Scheduled(nn.Module):
    """Somebody else sets the rate before each pass."""

    def __init__(self, p):
        super().__init__()
        self.p = p
        self.q = p
        self.r = p

    def train(self, mode=True):
        self.q = 0.3 if mode else 0.0
        return super().train(mode)

    def set_rate(self, p):
        self.p = p

    @property
    def rate(self):
        return 0.1 if self.training else 0.0

    def forward(self, x):
        return F.dropout(F.dropout(F.dropout(x, self.p), self.q), self.rate) + F.dropout(x, self.r)


def quieten(model):
    for module in model.modules():
        module.r = 0.0


class Inactive(nn.Module):
    def forward(self, x):
        x = F.alpha_dropout(x, 0.1)  # TML305
        x = F.feature_alpha_dropout(x, p=0.1)  # TML305
        if self.training:
            x = F.alpha_dropout(x)  # TML305
        x = F.alpha_dropout(x, 0.0)
        return F.rrelu(x)  # TML305
