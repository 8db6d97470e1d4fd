"""Tensors made with requires_grad and kept as attributes, in every spelling."""

import copy
import math

import torch
from torch import Tensor, nn
from torch.autograd import Variable


class Spellings(nn.Module):
    def __init__(self, width, device):
        super().__init__()
        self.a = torch.randn(width, requires_grad=True)  # TML110
        self.b = torch.zeros(width).requires_grad_()  # TML110
        self.c = torch.zeros(width).requires_grad_(True)  # TML110
        self.d = torch.zeros(width).requires_grad_(requires_grad=True)  # TML110
        self.e = Variable(torch.zeros(width), requires_grad=True)  # TML110
        self.f = torch.autograd.Variable(torch.zeros(width), requires_grad=True)  # TML110
        self.g = torch.tensor([1.0, 2.0], requires_grad=True)  # TML110
        self.h = torch.tensor(math.log(0.1), requires_grad=True)  # TML110
        self.i = torch.zeros(width, device=device).uniform_(-1, 1).requires_grad_()  # TML110
        self.j: Tensor = torch.ones(width, requires_grad=True)  # TML110
        self.k = torch.zeros(width)  # TML110
        self.k.requires_grad = True
        self.l = torch.zeros(width)  # TML110
        self.l.requires_grad_()
        weight = torch.zeros(width)
        weight.requires_grad = True
        self.m = weight  # TML110
        bias = torch.zeros(width, requires_grad=True)
        nn.init.normal_(bias)
        self.n = bias  # TML110
        self.o, self.p = torch.zeros(width, requires_grad=True), width  # TML110
        self.q = torch.randn(width, requires_grad=True).to(device)  # TML110
        self.r = torch.zeros_like(weight, requires_grad=True)  # TML110
        self.s = self.fresh(width)  # TML110
        self.t = torch.zeros(width, requires_grad=True) if width else None  # TML110
        self.u = torch.nn.init.xavier_uniform_(torch.empty(width, width, requires_grad=True))  # TML110
        setattr(self, "v", torch.zeros(width, requires_grad=True))  # noqa: B010  # TML110

    def fresh(self, width):
        return torch.zeros(width, requires_grad=True)

    def forward(self, x):
        return x * self.a + self.b


class Fine(nn.Module):
    def __init__(self, width, flag, given: Tensor):
        super().__init__()
        self.a = nn.Parameter(torch.randn(width, requires_grad=True))
        self.b = nn.Parameter(torch.randn(width)).requires_grad_()
        self.c = nn.Parameter(torch.randn(width), requires_grad=False)
        self.d = nn.Parameter(torch.randn(width)).requires_grad_(flag)
        self.e = torch.zeros(width, requires_grad=False).sum().item()
        self.f = torch.randn(width, requires_grad=True).tolist()
        self.requires_grad = True
        self.g = flag
        self.register_buffer("h", torch.zeros(width))
        self.h.requires_grad = True
        self.register_parameter("i", nn.Parameter(torch.zeros(width)))
        self.j = nn.Parameter(torch.zeros(width))
        self.j.requires_grad = True
        self.linear = nn.Linear(width, width)
        self.linear.weight.requires_grad = True
        self.k = self.linear.weight
        self.l = torch.zeros(width).requires_grad_(False).shape
        raw = torch.randn(width, requires_grad=True)
        self.m = nn.Parameter(raw)
        self.n = raw.shape
        self.o = (lambda: torch.zeros(width, requires_grad=True))

    def forward(self, x):
        return x * self.a


class Replaced(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = torch.zeros(width, requires_grad=True)
        self.weight = nn.Parameter(self.weight)
        bias = torch.zeros(width, requires_grad=True)
        self.bias = nn.Parameter(bias)

    def forward(self, x):
        return x * self.weight


class Option(nn.Module):
    """A Parameter or a fixed tensor, by an option: the class knows what it does. A fixed tensor needs no gradient."""

    def __init__(self, width, learn):
        super().__init__()
        if learn:
            self.scale = nn.Parameter(torch.ones(width))
        else:
            self.scale = torch.ones(width)
        if learn:
            self.shift = nn.Parameter(torch.ones(width))
        else:
            self.shift = torch.ones(width).requires_grad_(False)
        if learn:
            self.gain = torch.ones(width, requires_grad=True)  # TML110
        else:
            self.register_buffer("gain", torch.ones(width))

    def forward(self, x):
        return x * self.scale * self.gain + self.shift


class Cases(nn.Module):
    """One of the cases was forgotten."""

    def __init__(self, width, heads, concat):
        super().__init__()
        if heads and concat:
            self.bias = nn.Parameter(torch.zeros(heads * width))
        elif heads:
            self.bias = torch.zeros(width, requires_grad=True)  # TML110
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        return x if self.bias is None else x + self.bias


class Wrapped(nn.Module):
    """The tensor is made under one condition, and registered under another."""

    def __init__(self, width, learn, wrap):
        super().__init__()
        if learn:
            self.scale = torch.ones(width, requires_grad=True)
        if wrap:
            self.scale = nn.Parameter(self.scale)

    def forward(self, x):
        return x * self.scale


class OwnOptimizer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.alpha_optimizer = torch.optim.Adam([self.log_alpha], lr=0.1)
        self.arch = torch.zeros(width, requires_grad=True)
        self.optimizer = torch.optim.SGD(params=[{"params": [self.arch]}], lr=0.1)

    def forward(self, x):
        return x * self.arch


class OptimizerElsewhere(nn.Module):
    """The architecture's weights have an optimizer of their own, made in another method."""

    def __init__(self, width):
        super().__init__()
        self.arch = torch.zeros(width, requires_grad=True)
        self.net = nn.Linear(width, width)

    def configure_optimizers(self):
        return torch.optim.Adam([self.arch, *self.net.parameters()])

    def forward(self, x):
        return self.net(x) * self.arch


class OwnList(nn.Module):
    """parameters() is overridden and gives the tensor."""

    def __init__(self, width):
        super().__init__()
        self.weight = torch.zeros(width, requires_grad=True)

    def parameters(self, recurse=True):
        yield self.weight

    def forward(self, x):
        return x * self.weight


class Computed(nn.Module):
    """Made in forward, for the gradient of this one pass."""

    def __init__(self, width):
        super().__init__()
        self.seen = None

    def forward(self, x):
        self.seen = torch.zeros_like(x, requires_grad=True)
        return x + self.seen


class Setter(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.raw = nn.Parameter(torch.zeros(width))
        self.value = torch.zeros(width, requires_grad=True)

    @property
    def value(self):
        return self.raw.exp()

    @value.setter
    def value(self, value):
        self.raw.data.copy_(value.log())

    def forward(self, x):
        return x * self.value


class NoModule:
    def __init__(self, width):
        self.weight = torch.zeros(width, requires_grad=True)


class Declined(nn.Module):
    """The other path registers that there is no bias."""

    def __init__(self, width, bias):
        super().__init__()
        if bias:
            self.bias = torch.zeros(width, requires_grad=True)  # TML110
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        return x if self.bias is None else x + self.bias


class Merged(nn.Module):
    """train() has nothing to do with who trains a tensor."""

    def __init__(self, width):
        super().__init__()
        self.delta = torch.zeros(width, requires_grad=True)  # TML110
        self.linear = nn.Linear(width, width)

    def train(self, mode=True):
        self.linear.weight.data += self.delta if mode else -self.delta
        return super().train(mode)

    def forward(self, x):
        return self.linear(x)


class OtherName(nn.Module):
    """The instance under another name; a copy of it is another instance."""

    def __init__(self, width):
        super().__init__()
        self.weight = torch.zeros(width, requires_grad=True)
        self.bias = torch.zeros(width, requires_grad=True)  # TML110
        self._replace(width)

    def _replace(self, width):
        me = self
        del me.weight
        me.weight = nn.Parameter(torch.zeros(width))
        me.scale = torch.ones(width, requires_grad=True)  # TML110
        twin = copy.deepcopy(self)
        del twin.bias
        twin.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        return x * self.weight * self.scale + self.bias


class TwoNames(nn.Module):
    """One tensor is one finding."""

    def __init__(self, width):
        super().__init__()
        self.first = torch.randn(width, requires_grad=True)  # TML110
        self.last = self.first
        self.copy = self.first.clone()
        self.other = torch.randn(width, requires_grad=True)  # TML110

    def forward(self, x):
        self.last = x * self.first + self.other
        return self.last
