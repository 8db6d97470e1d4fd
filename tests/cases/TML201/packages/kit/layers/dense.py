from torch import nn


class Dense(nn.Module):
    def forward(self, x):
        return x
