"""Names that somebody reads, and receivers that are no tensors."""

from dataclasses import dataclass

import torch
from torch import nn


class Layer(nn.Module):
    def __init__(self, require_grad, required_grad, requires_grads):
        super().__init__()
        self.require_grad = require_grad
        self.required_grad = required_grad
        self.requires_grads = False if requires_grads else True
        self.weight = nn.Parameter(torch.zeros(2), requires_grad=require_grad)

    def forward(self, x):
        return x * self.weight if self.require_grad else x


def read(p):
    p.requre_grad = True
    return p.requre_grad


def read_by_name(p):
    p.require_gard = True
    return getattr(p, "require_gard", False)


@dataclass
class Plan:
    requires_gradient: bool = False


def planned(plan):
    plan.requires_gradient = True


class Box:
    def __init__(self):
        self.size = 0

    def requires_gradients(self):
        return self.size


def filled(tensor, box, config, args):
    box.requires_gradients = None
    config.requires_grd = True
    args.model_args.requires_grd = True
    own = Box()
    own.requires_grd = True
    tensor.requires_grd = "all"
    tensor.requires_grd = [1]
    return own


def required_gradx():
    return 1


def called(p):
    p.required_gradx = 1


def declared(p):
    p.require_gradz: bool
    p.require_gradz = False


class Speech(nn.Module):
    def __init__(self, library, name):
        super().__init__()
        self.model = library.from_pretrained(name)
        self.model.extractor._requires_grad = False  # a class out of sight may keep that flag itself
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.model(x))
