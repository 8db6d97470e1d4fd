"""Every spelling and every form of assignment."""

import torch
from torch import nn


def spellings(p):
    p.require_grad = False  # TML310
    p.requires_grads = False  # TML310
    p.require_grads = False  # TML310
    p.requires_gard = False  # TML310
    p.requre_grad = False  # TML310
    p.required_grad = False  # TML310
    p.requiresGrad = False  # TML310
    p.requires_gradient = False  # TML310
    p.requires_grad = False
    p.retain_grad = False
    p.retains_grad = True
    p.grad = None
    p.zero_grad = None
    p.requires_graph = True
    p.require_group = True
    p.requires_grad_(False)


def forms(a, b, flag):
    a.required_grads: bool = False  # TML310
    a.required_grads |= flag  # TML310
    a.required_grads = b.required_grads = flag  # TML310 TML310
    a.required_grads, b.required_grads = flag, not flag  # TML310 TML310
    (a.required_grads, [b.requires_grad, *b.names]) = flag  # TML310
    setattr(a, "required_grads", flag)  # TML310
    setattr(a, "requires_grad", flag)
    setattr(a, "requires_graph", flag)
    for a.required_grads in (True, False):  # TML310
        print(a)


def hidden(model, function):
    for p in model.parameters():
        p.requires_grad_ = False  # TML310
    model.requires_grad_ = True  # TML310
    model.requires_grad_ = function
    model.requires_grad_ = lambda flag: model


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(2, 2)
        self.body.require_gradd = False  # TML310
        self.body.weight.require_gradd = False  # TML310
        for name, p in self.body.named_parameters():
            setattr(p, "require_gradd", "bias" in name)  # TML310
        table = torch.zeros(4)
        table.require_gradd = True  # TML310
        self.require_gradd = False  # TML310
        [setattr(p, "require_gradd", False) for p in self.parameters()]  # TML310

    def forward(self, x):
        return self.body(x)


class Private(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.layer._requires_grad = False  # TML310
        self.scale = nn.Parameter(torch.ones(2))
        self.scale._requires_grad = False  # TML310

    def forward(self, x):
        return self.layer(x) * self.scale
