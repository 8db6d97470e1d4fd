"""Elements without parameters, buffers or mode may stand anywhere; dropout and batch norm may not."""

import torch
from torch import nn


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class Branch(nn.Module):
    """Holds nothing but what it was given to hold."""

    def __init__(self, act):
        super().__init__()
        self.act = nn.ReLU()
        self.swish = Swish()

    def forward(self, x):
        return self.swish(self.act(x))


class Moody(nn.Module):
    """Behaves differently in eval mode."""

    def forward(self, x):
        return x + torch.rand_like(x) if self.training else x


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return x * self.scale


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(3))

    def forward(self, x):
        return x - self.mean


class Harmless(nn.Module):
    def __init__(self):
        super().__init__()
        self.acts = [nn.ReLU(), nn.GELU(), nn.Tanh(), nn.LeakyReLU(0.2), nn.Softmax(dim=-1), nn.Identity()]
        self.pools = [nn.AvgPool2d(2**at) for at in range(4)]
        self.adaptive = {size: nn.AdaptiveAvgPool2d(size) for size in (1, 2, 4)}
        self.losses = {"l1": nn.L1Loss(), "mse": nn.MSELoss(), "ce": nn.CrossEntropyLoss()}
        self.up = [nn.Upsample(scale_factor=2), nn.PixelShuffle(2), nn.Flatten()]
        self.own = [Swish(), Branch(None)]
        self.nets = [nn.Sequential(nn.ReLU(), nn.MaxPool2d(2))]

    def forward(self, x):
        return [pool(x) for pool in self.pools]


class Harmful(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.dropouts = [nn.Dropout(0.1) for _ in range(3)]  # TML113
        self.norms = [nn.BatchNorm1d(width, affine=False)]  # TML113
        self.moody = [Moody()]  # TML113
        self.scales = [Scale() for _ in range(3)]  # TML113
        self.shifts = [Norm() for _ in range(3)]  # TML113
        self.mixed = [nn.ReLU(), nn.Linear(width, width)]  # TML113
        self.nets = [nn.Sequential(nn.ReLU(), nn.Dropout(0.5))]  # TML113
        self.rnns = [nn.GRUCell(width, width)]  # TML113
        self.prelus = [nn.PReLU()]  # TML113
        self.attention = {"self": nn.MultiheadAttention(width, 1)}  # TML113

    def forward(self, x):
        for layer in self.dropouts:
            x = layer(x)
        return x


class NotModules(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = [8, 16, 32]
        self.names = ["linear", "relu"]
        self.kinds = [nn.Linear, nn.ReLU]
        self.functions = [torch.relu, torch.tanh]
        self.nothing = [None, None]
        self.unknown = [make(size) for size in sizes for make in sizes]
        self.linear = nn.Linear(8, 8)
        self.weights = [self.linear.weight.shape]
        self.hooks = [self.linear.register_forward_hook(lambda m, i, o: None)]
        self.outputs = []

    def forward(self, x):
        self.outputs.append(self.linear(x).detach())
        return x


class Chain(nn.Sequential):
    """A project's own Sequential brings layers beside those it is given."""

    def __init__(self, width, act):
        super().__init__(nn.Linear(width, width), act)


class Bridge(nn.Module):
    """Only holds what it is given."""

    def __init__(self, first, second):
        super().__init__()
        self.first = first
        self.second = second

    def forward(self, x):
        return self.second(self.first(x))


class Holders(nn.Module):
    def __init__(self, width, widths):
        super().__init__()
        self.chains = [Chain(each, nn.ReLU()) for each in widths]  # TML113
        self.a = nn.Linear(width, width)
        self.b = nn.Linear(width, width)
        self.bridges = {"ab": Bridge(self.a, self.b), "ba": Bridge(self.b, self.a)}
        self.nets = [nn.Sequential(self.a, nn.ReLU()), nn.Sequential(self.b, nn.Tanh())]
        self.fresh = [Bridge(nn.Linear(width, width), self.a)]  # TML113

    def forward(self, x):
        return self.chains[0](x)
