from torch import nn


class Runner(nn.Module):
    def run(self, x):
        return super().__call__(x)

    def forward(self, x):
        return x


class Direct(nn.Module):
    def run(self, x):
        return self.forward(x)

    def forward(self, x):
        return x
