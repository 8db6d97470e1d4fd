from torch import nn


class Gate(nn.Module):
    def forward(self, x):
        return x.sigmoid()


class Plain:
    def forward(self, x):
        return x
