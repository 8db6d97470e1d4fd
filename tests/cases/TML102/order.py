"""What may and what may not stand before the base initialiser."""

import copy
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import Parameter


class Layer(nn.Module):
    def __init__(self, width):
        self.proj = nn.Linear(width, width)  # TML102
        super().__init__()


class Weight(nn.Module):
    def __init__(self, width):
        self.weight = nn.Parameter(torch.zeros(width))  # TML102
        super().__init__()


class ImportedParameter(nn.Module):
    def __init__(self, width):
        self.weight = Parameter(torch.zeros(width))  # TML102
        super().__init__()


class Buffer(nn.Module):
    def __init__(self, width):
        self.register_buffer("table", torch.zeros(width))  # TML102
        super().__init__()


class BufferObject(nn.Module):
    def __init__(self, width):
        self.table = nn.Buffer(torch.zeros(width))  # TML102
        super().__init__()


class RegisteredParameter(nn.Module):
    def __init__(self, width):
        self.register_parameter("weight", nn.Parameter(torch.zeros(width)))  # TML102
        super().__init__()


class Added(nn.Module):
    def __init__(self, width):
        self.add_module("proj", nn.Linear(width, width))  # TML102
        super().__init__()


class PlainList(nn.Module):
    def __init__(self, width):
        self.layers = [nn.Linear(width, width)]  # TML102 TML113
        super().__init__()


class ModuleListEarly(nn.Module):
    def __init__(self, width):
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(3))  # TML102
        super().__init__()


class Numbers(nn.Module):
    def __init__(self, width):
        self.width = width
        self.name = "x"
        self.sizes = [width, width]
        self.options = dict(width=width)
        self.empty = []
        self.none = None
        super().__init__()
        self.proj = nn.Linear(width, width)


class TensorEarly(nn.Module):
    """A plain tensor goes into the instance's dictionary without the tables."""

    def __init__(self, width):
        self.width = torch.tensor(width)
        super().__init__()


class Local(nn.Module):
    def __init__(self, width):
        proj = nn.Linear(width, width)
        layers = [proj, nn.ReLU()]
        super().__init__()
        self.proj = proj
        self.net = nn.Sequential(*layers)


class LocalForSuper(nn.Sequential):
    def __init__(self, width):
        layers = OrderedDict()
        layers["proj"] = nn.Linear(width, width)
        super().__init__(layers)


class Recreated(nn.Module):
    def __init__(self, width, deep):
        if deep:
            super().__init__()
            self.proj = nn.Linear(width, width)
        else:
            super().__init__()
            self.other = nn.Linear(width, width)


class InBranch(nn.Module):
    def __init__(self, width, deep):
        if deep:
            self.proj = nn.Linear(width, width)  # TML102
        super().__init__()


class OtherBranch(nn.Module):
    def __init__(self, width, deep):
        if deep:
            super().__init__()
        else:
            nn.Module.__init__(self)
        self.proj = nn.Linear(width, width)


class MaybeModule(nn.Module):
    def __init__(self, width, deep):
        self.proj = nn.Linear(width, width) if deep else None  # TML102
        super().__init__()


class MaybeNumber(nn.Module):
    def __init__(self, width, deep):
        self.proj = nn.Linear(width, width) if deep else 0
        super().__init__()


class Tuple(nn.Module):
    def __init__(self, width):
        self.a, self.b = nn.Linear(width, width), nn.ReLU()  # TML102 TML102
        super().__init__()


class TupleOfNumbers(nn.Module):
    def __init__(self, width):
        self.a, self.b = width, width + 1
        super().__init__()


class Chained(nn.Module):
    def __init__(self, width):
        self.a = proj = nn.Linear(width, width)  # TML102
        super().__init__()
        self.b = proj


class Annotated(nn.Module):
    def __init__(self, width):
        self.proj: nn.Module = nn.Linear(width, width)  # TML102
        super().__init__()


class Walrus(nn.Module):
    def __init__(self, width):
        if (size := width) > 2:
            self.size = size
        super().__init__()
