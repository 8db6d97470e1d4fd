"""Every way to reach the functions, and names that only look like them."""

import torch
import torch as pt
import torch.nn as tnn
import torch.nn.functional as F
from torch import nn
from torch.nn import functional
from torch.nn.functional import dropout, dropout2d
from torch.nn.functional import dropout as drop

import my_functional as G  # type: ignore

thin = F.dropout


class Reached(nn.Module):
    def forward(self, x):
        x = torch.nn.functional.dropout(x)  # TML305
        x = pt.nn.functional.dropout(x, 0.1)  # TML305
        x = tnn.functional.dropout1d(x, p=0.1)  # TML305
        x = functional.dropout3d(x, 0.1, inplace=True)  # TML305
        x = dropout(x, 0.1)  # TML305
        x = drop(x)  # TML305
        x = dropout2d(input=x)  # TML305
        x = thin(x, 0.1)  # TML305
        return F.dropout(  # TML305
            x,
            p=0.1,
        )


class Inside(nn.Module):
    def forward(self, x):
        import torch.nn.functional as local

        return local.dropout(x, 0.5)  # TML305


class Others(nn.Module):
    def __init__(self, dropout, drop):
        super().__init__()
        self.dropout = dropout
        self.drop = drop

    def forward(self, x, F):
        return G.dropout(F.dropout(self.dropout(self.drop(x))))

    def attend(self, scores, dropout=None):
        if dropout is not None:
            scores = dropout(scores)
        return scores

    def local(self, x):
        dropout = nn.Identity()
        return dropout(x)

    def loop(self, x, layers):
        for drop in layers:
            x = drop(x)
        return [dropout(x) for dropout in layers]

    def inner(self, x):
        def drop(y):
            return y

        return drop(x)

    def given(self, x):
        return (lambda dropout: dropout(x))(nn.Identity())
