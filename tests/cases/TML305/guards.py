"""Code that runs in training only, however that is written."""

import torch
import torch.nn.functional as F
from torch import nn


class Around(nn.Module):
    def __init__(self, p, mc_dropout=False):
        super().__init__()
        self.p = p
        self.mc_dropout = mc_dropout

    def forward(self, x, layers, stage):
        if self.training:
            x = F.dropout(x, self.p)
        if self.training and self.p > 0:
            x = F.dropout(x, self.p)
        if self.p > 0 and not (not self.training):
            x = F.dropout(x, self.p)
        if not self.training:
            x = x * 2
        else:
            x = F.dropout(x, self.p)
        if stage == "train":
            x = F.dropout(x, self.p)
        x = F.dropout(x, self.p) if self.training else x
        x = self.training and F.dropout(x, self.p) or x
        if self.mc_dropout:
            x = F.dropout(x, self.p)
        if self.mc_dropout is True:
            x = F.dropout(x, self.p)
        if torch.is_grad_enabled():
            x = F.dropout(x, self.p)
        match stage:
            case "first" if self.training:
                x = F.dropout(x, self.p)
        while self.training:
            x = F.dropout(x, self.p)
            break
        many = [F.dropout(layer(x), self.p) for layer in layers if self.training]
        return x, many


class Above(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0.0:
            return x
        return F.dropout(x, self.p)

    def several(self, x, layers):
        for layer in layers:
            if not self.training:
                continue
            x = layer(F.dropout(x, self.p))
        return x

    def asserted(self, x):
        assert self.training
        return F.dropout(x, self.p)

    def wrapped(self, x):
        with torch.autocast("cuda"):
            if not self.training:
                return x
        return F.dropout(x, self.p)

    def raised(self, x):
        if x is None:
            pass
        elif not self.training:
            raise RuntimeError
        return F.dropout(x, self.p)


class NotAround(nn.Module):
    """Conditions that say nothing of the mode."""

    def __init__(self, p, residual):
        super().__init__()
        self.p = p
        self.residual = residual

    def forward(self, x, layers):
        if self.p:
            x = F.dropout(x, self.p)  # TML305
        if self.p > 0.0 and self.residual:
            x = F.dropout(x, self.p)  # TML305
        for at, layer in enumerate(layers):
            if at == 0:
                continue
            x = layer(F.dropout(x, self.p))  # TML305
        if self.training:
            x = x * 2
        x = F.dropout(x, self.p)  # TML305
        return F.dropout(x, self.p) if self.p else x  # TML305


class Followed(nn.Module):
    """The mode in another variable, attribute or method."""

    def __init__(self, p, training):
        super().__init__()
        self.p = p
        self.active = training

    def hot(self):
        return self.training and self.p > 0

    def forward(self, x):
        live = self.training
        also = live and self.p > 0
        if also:
            x = F.dropout(x, self.p)
        if self.hot():
            x = F.dropout(x, self.p)
        if self.active:
            x = F.dropout(x, self.p)
        strong = 0.0
        if self.training:
            strong = self.p
        x = F.dropout(x, strong)
        weak = self.p
        if not self.training:
            weak = 0.0
        return F.dropout(x, weak)
