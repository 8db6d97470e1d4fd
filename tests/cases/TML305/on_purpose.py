"""Dropout at inference that its author wants, and says so in words."""

import torch.nn.functional as F
from torch import nn


class Prenet(nn.Module):
    """Two layers.

    Note:
        This module always applies dropout, even in evaluation.
    """

    def __init__(self, rate=0.5):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        return F.dropout(x, self.rate)


class MCDropout(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.1)


class Sampler(nn.Module):
    def forward(self, x):
        """Monte Carlo dropout: call it several times."""
        return F.dropout(x, 0.1)

    def predict_bayesian(self, x):
        return F.dropout(x, 0.1)

    def commented(self, x):
        # stays on at inference
        x = F.dropout(x, 0.1)
        return F.dropout(x, 0.1)  # always


class Ordinary(nn.Module):
    """A head for evaluation of many tasks.

    Args:
        dropout: the rate.
    """

    def forward(self, x):
        # thin out what comes in
        return F.dropout(x, 0.1)  # TML305
