"""Registering under a name that is taken."""

import torch
from torch import nn


class Tensor(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        self.register_buffer("table", self.table)  # TML120


class NoneFirst(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.bias = None
        self.register_parameter("bias", nn.Parameter(torch.zeros(width)))  # TML120


class Number(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = 0
        self.add_module("proj", nn.Linear(width, width))  # TML120


class RegisterModule(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = None
        self.register_module("proj", nn.Linear(width, width))  # TML120


class NameAsKeyword(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        self.register_buffer(name="table", tensor=torch.zeros(width))  # TML120


class ListFirst(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = []
        self.add_module("layers", nn.Sequential())  # TML120


class OtherName(nn.Module):
    def __init__(self, width):
        super().__init__()
        self._table = torch.zeros(width)
        self.register_buffer("table", self._table)


class Deleted(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        del self.table
        self.register_buffer("table", torch.zeros(width))


class Delattr(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        delattr(self, "table")
        self.register_buffer("table", torch.zeros(width))


class DeletedIfThere(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        if hasattr(self, "table"):
            del self.table
        self.register_buffer("table", torch.zeros(width))


class Popped(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        self.__dict__.pop("table")
        self.register_buffer("table", torch.zeros(width))


class ParameterFirst(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width))
        self.register_parameter("weight", nn.Parameter(torch.ones(width)))


class BufferTwice(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("table", None)
        self.register_buffer("table", torch.ones(width))


class ThenAssigned(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("table", torch.ones(width))
        self.table = torch.zeros(width)


class BufferThenNone(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("table", torch.ones(width))
        self.table = None
        self.register_buffer("table", torch.zeros(width))


class Branches(nn.Module):
    def __init__(self, width, learn):
        super().__init__()
        if learn:
            self.register_parameter("bias", nn.Parameter(torch.zeros(width)))
        else:
            self.bias = None


class SameBranch(nn.Module):
    def __init__(self, width, learn):
        super().__init__()
        if learn:
            self.bias = None
            self.register_parameter("bias", nn.Parameter(torch.zeros(width)))  # TML120


class BranchThenAlways(nn.Module):
    def __init__(self, width, learn):
        super().__init__()
        if learn:
            self.bias = None
        self.register_parameter("bias", None)  # TML120


class Guarded(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.bias = None
        if not hasattr(self, "bias"):
            self.register_parameter("bias", nn.Parameter(torch.zeros(width)))


class ReturnBetween(nn.Module):
    def __init__(self, width, plain):
        super().__init__()
        if plain:
            self.table = torch.zeros(width)
            return
        self.register_buffer("table", torch.zeros(width))


class OtherBranch(nn.Module):
    """What another path makes of the name does not count on this one."""

    def __init__(self, width, weight):
        super().__init__()
        if isinstance(weight, nn.Parameter):
            self.weight = weight
        else:
            self.weight = 1
            self.register_buffer("weight", weight)  # TML120
        if width:
            self.register_buffer("table", torch.zeros(width))
        else:
            self.table = None
            self.register_parameter("table", nn.Parameter(torch.zeros(1)))  # TML120


class EachItsOwn(nn.Module):
    def __init__(self, width, kind):
        super().__init__()
        if kind == "fixed":
            self.register_buffer("table", torch.zeros(width))
        elif kind == "none":
            self.table = None
        else:
            self.register_parameter("table", nn.Parameter(torch.zeros(width)))
