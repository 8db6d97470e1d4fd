"""scaled_dot_product_attention has no mode: what is given for `dropout_p` must know it."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.functional import scaled_dot_product_attention as sdpa


class Ignoring(nn.Module):
    def __init__(self, p, config):
        super().__init__()
        self.p = p
        self.drop = nn.Dropout(p)
        self.rate: float = config.rate

    def forward(self, q, k, v, mask):
        x = F.scaled_dot_product_attention(q, k, v, dropout_p=self.p)  # TML305
        x = x + F.scaled_dot_product_attention(q, k, v, mask, self.p)  # TML305
        x = x + torch.nn.functional.scaled_dot_product_attention(q, k, v, dropout_p=0.1)  # TML305
        x = x + sdpa(q, k, v, dropout_p=self.drop.p)  # TML305
        rate = self.rate
        return x + sdpa(  # TML305
            q,
            k,
            v,
            dropout_p=rate,
        )


class Heeding(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p
        self.off = 0.0

    @property
    def rate(self):
        return self.p if self.training else 0.0

    def chosen(self):
        if self.training:
            return self.p
        return 0.0

    def forward(self, q, k, v, p=0.1, **more):
        x = F.scaled_dot_product_attention(q, k, v)
        x = x + F.scaled_dot_product_attention(q, k, v, dropout_p=0.0)
        x = x + F.scaled_dot_product_attention(q, k, v, None, 0)
        x = x + F.scaled_dot_product_attention(q, k, v, None, 0.0, True)
        x = x + F.scaled_dot_product_attention(q, k, v, dropout_p=self.off)
        x = x + F.scaled_dot_product_attention(q, k, v, dropout_p=self.rate)
        x = x + F.scaled_dot_product_attention(q, k, v, dropout_p=self.chosen())
        x = x + F.scaled_dot_product_attention(q, k, v, dropout_p=self.p if self.training else 0)
        x = x + F.scaled_dot_product_attention(q, k, v, dropout_p=(self.training and self.p) or 0.0)
        x = x + F.scaled_dot_product_attention(q, k, v, dropout_p=self.inherited)
        x = x + F.scaled_dot_product_attention(q, k, v, **more)
        x = x + F.scaled_dot_product_attention(q, k, v, dropout_p=p)
        if not self.training:
            p = 0.0
        return x + F.scaled_dot_product_attention(q, k, v, dropout_p=p)


def attend(q, k, v, p):
    return F.scaled_dot_product_attention(q, k, v, dropout_p=p)  # TML305


def attend_or_not(q, k, v, p=0.0):
    return F.scaled_dot_product_attention(q, k, v, dropout_p=p)


class Processor:
    """No module: it does not know the mode, and who calls it may."""

    def __call__(self, attn, q, k, v, p):
        return F.scaled_dot_product_attention(q, k, v, dropout_p=p)


class Caller(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, q, k, v):
        return attend(q, k, v, self.p) + attend_or_not(q, k, v) + attend_or_not(q, k, v, self.training * self.p)


class OnlyWithoutDropout(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dropout = config.dropout
        self.flash = hasattr(F, "scaled_dot_product_attention") and self.dropout == 0.0
        self.fused = config.fused
        self.weights = nn.Dropout(config.dropout)

    def forward(self, q, k, v):
        if self.flash:
            return F.scaled_dot_product_attention(q, k, v, dropout_p=self.dropout)
        if self.fused:
            return F.scaled_dot_product_attention(q, k, v, dropout_p=self.dropout)  # TML305
        return self.weights((q @ k.transpose(-2, -1)).softmax(-1)) @ v


class AskedOnTheSpot(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dropout = config.dropout
        self.fused = config.fused

    def forward(self, q, k, v):
        if self.fused and self.dropout == 0:
            return F.scaled_dot_product_attention(q, k, v, dropout_p=self.dropout)
        return F.scaled_dot_product_attention(q, k, v, dropout_p=self.dropout)  # TML305
