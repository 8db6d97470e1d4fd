"""What makes a plain tensor of a new Parameter, and what gives it back."""

import torch
from torch import nn
from torch.nn import Parameter
from torch.nn.parameter import Parameter as P


def parameter(width):
    return nn.Parameter(torch.ones(width))


class Lost(nn.Module):
    def __init__(self, width, device, dtype, other):
        super().__init__()
        self.a = nn.Parameter(torch.ones(width)).cuda()  # TML112
        self.b = nn.Parameter(torch.ones(width)).to(device)  # TML112
        self.c = Parameter(torch.ones(width)).half()  # TML112
        self.d = P(torch.ones(width)).clone()  # TML112
        self.e = nn.Parameter(torch.ones(width)).detach()  # TML112
        self.f = nn.Parameter(torch.ones(width)).view(1, -1)  # TML112
        self.g = nn.Parameter(torch.ones(width)) * 0.1  # TML112
        self.h = 0.1 * nn.Parameter(torch.ones(width))  # TML112
        self.i = -nn.Parameter(torch.ones(width))  # TML112
        self.j = nn.Parameter(torch.ones(width)).unsqueeze(0)  # TML112
        self.k = nn.Parameter(torch.ones(width)).data  # TML112
        self.l = nn.Parameter(torch.ones(width, width)).T  # TML112
        self.m = nn.Parameter(torch.ones(width)) / width  # TML112
        self.n = nn.Parameter(torch.ones(width)) + other  # TML112
        self.o = nn.Parameter(torch.ones(width)).to(dtype=torch.float16)  # TML112
        self.p = nn.Parameter(torch.ones(width)).to("cuda")  # TML112
        self.q = nn.Parameter(torch.ones(width)).double()  # TML112
        self.r = torch.sqrt(nn.Parameter(torch.ones(width)))  # TML112
        self.s = nn.Parameter(torch.ones(width))[None]  # TML112
        self.t = nn.Parameter(torch.ones(width)).requires_grad_().cuda()  # TML112
        self.u = nn.Parameter(torch.ones(width)).cuda().requires_grad_()  # TML112
        self.v = nn.Parameter(torch.ones(width)).to(other.device)  # TML112
        self.w = nn.Parameter(torch.ones(width)).expand(3, width)  # TML112
        weight = nn.Parameter(torch.ones(width))
        self.x = weight.to(device)  # TML112
        weight = nn.Parameter(torch.ones(width))
        weight = weight * 2
        self.y = weight  # TML112
        self.z = parameter(width).cuda()  # TML112
        self.buffer = nn.Buffer(torch.ones(width)).to(device)  # TML112
        self.typed: torch.Tensor = nn.Parameter(torch.ones(width)).cuda()  # TML112
        setattr(self, "named", nn.Parameter(torch.ones(width)).cuda())  # noqa: B010  # TML112

    def forward(self, x):
        return x * self.a


class Kept(nn.Module):
    def __init__(self, width, device, flag, given: nn.Parameter):
        super().__init__()
        self.a = nn.Parameter(torch.ones(width).cuda())
        self.b = nn.Parameter(torch.ones(width, device=device))
        self.c = nn.Parameter(torch.ones(width)).requires_grad_()
        self.d = nn.Parameter(torch.ones(width)).requires_grad_(flag)
        self.e = nn.Parameter(torch.ones(width)).share_memory_()
        self.f = nn.Parameter(torch.ones(width)).fill_(3)
        self.g = nn.Parameter(torch.ones(width)).cpu()
        self.h = nn.Parameter(torch.ones(width)).to("cpu")
        self.i = nn.Parameter(torch.ones(width)).float()
        self.j = nn.Parameter(torch.ones(width)).contiguous()
        self.k = nn.Parameter(torch.ones(width)).numel()
        self.l = nn.Parameter(torch.ones(width)).shape
        self.m = nn.Parameter(nn.Parameter(torch.ones(width)).clone())
        self.n = self.a * 2
        self.o = self.a.detach()
        self.p = given.to(device)
        self.linear = nn.Linear(width, width)
        self.q = self.linear.weight.t()
        self.r = nn.Parameter(torch.ones(width)) is None
        weight = nn.Parameter(torch.ones(width))
        self.weight = weight
        self.scaled = weight * 0.5
        self.later = nn.Parameter(torch.ones(width)).cuda()
        self.later = nn.Parameter(self.later)
        self.register_buffer("s", nn.Parameter(torch.ones(width)).detach())
        self.t = nn.Parameter(torch.ones(width)).item()
        self.u = nn.init.normal_(nn.Parameter(torch.ones(width)))
        self.v = nn.Parameter(torch.ones(width)) if flag else None
        raw = nn.Parameter(torch.ones(width))
        self.register_parameter("raw", raw)
        self.raw_twice = raw * 2

    def forward(self, x):
        return x * self.a


class SetAfterwards(nn.Module):
    """The Parameter gets its name after its copy did."""

    def __init__(self, width):
        super().__init__()
        weight = nn.Parameter(torch.ones(width))
        self.initial = weight.detach().clone()
        self.weight = weight
        bias = nn.Parameter(torch.ones(width))
        self.norm = bias.norm()
        self.biases = nn.ParameterList([bias])

    def forward(self, x):
        return x * self.weight


class InForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.last = None

    def forward(self, x):
        self.last = self.weight * x
        return self.last


class OnSomePaths(nn.Module):
    """A Parameter that another path of the constructor sets is no help on this one."""

    def __init__(self, width, device, sizes):
        super().__init__()
        if len(sizes) == 2:
            self.table = nn.Parameter(torch.zeros(width)).to(device)  # TML112
        else:
            self.table = nn.Parameter(torch.zeros(width, width))

    def forward(self, x):
        return x * self.table


class PutRight(nn.Module):
    """The Parameter comes afterwards, always or perhaps; or the tensor is meant to be fixed."""

    def __init__(self, width, device, learn):
        super().__init__()
        self.a = nn.Parameter(torch.zeros(width)).to(device)
        if width < 1:
            raise ValueError(width)
        self.a = nn.Parameter(self.a)
        self.b = nn.Parameter(torch.zeros(width)).to(device)
        if not isinstance(self.b, nn.Parameter):
            self.b = nn.Parameter(self.b)
        if learn:
            self.c = nn.Parameter(torch.zeros(width))
        else:
            self.c = nn.Parameter(torch.zeros(width)).detach()
        if learn:
            self.d = nn.Parameter(torch.zeros(width)).to(device)
        if learn:
            self.d = nn.Parameter(self.d)
        self.e = nn.Parameter(torch.zeros(width)).to(device)
        for _ in range(1):
            self.e = nn.Parameter(self.e)
        self.f = nn.Parameter(torch.zeros(0)).to(device)
        self.always(width)

    def always(self, width):
        self.f = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        return x * self.a + self.b + self.c + self.d + self.e + self.f


class Collects(nn.Module):
    """What forward puts in a dictionary of its caller is a result."""

    def __init__(self, width, transport):
        super().__init__()
        self.transport = transport
        self.score = nn.Parameter(torch.ones(width)).double()  # TML112

    def forward(self, x, data):
        data.update(matched=self.transport(x, self.score).clone())
        return data
