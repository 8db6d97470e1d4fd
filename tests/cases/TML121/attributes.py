"""Modules and parameters in the class body."""

import torch
from torch import nn
from torch.nn import Parameter
from torchvision.models import resnet18


class Layer(nn.Module):
    proj = nn.Linear(8, 8)  # TML121

    def forward(self, x):
        return self.proj(x)


class Weight(nn.Module):
    weight = nn.Parameter(torch.zeros(3))  # TML121


class ImportedWeight(nn.Module):
    weight = Parameter(torch.zeros(3))  # TML121


class Annotated(nn.Module):
    proj: nn.Module = nn.Linear(8, 8)  # TML121


class OnlyAnnotation(nn.Module):
    proj: nn.Linear

    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(8, 8)


class Stateless(nn.Module):
    act = nn.ReLU()
    pool: nn.Module = nn.MaxPool2d(2)
    flatten = nn.Flatten()
    loss = nn.MSELoss()


class WithMode(nn.Module):
    drop = nn.Dropout(0.5)  # TML121


class WithStatistics(nn.Module):
    norm = nn.BatchNorm1d(8)  # TML121


class ClassesOnly(nn.Module):
    layer = nn.Linear
    norm_layer = nn.BatchNorm2d
    act = staticmethod(nn.functional.relu)
    make = lambda self: nn.Linear(1, 1)  # noqa: E731


class Sequence(nn.Module):
    net = nn.Sequential(nn.Linear(8, 8), nn.ReLU())  # TML121


class StatelessSequence(nn.Module):
    net = nn.Sequential(nn.Flatten(), nn.ReLU())


class InList(nn.Module):
    layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])  # TML121


class PlainList(nn.Module):
    layers = [nn.Linear(8, 8), nn.Linear(8, 8)]  # TML121


class PlainDict(nn.Module):
    layers = {"a": nn.Linear(8, 8)}  # TML121


class ListOfClasses(nn.Module):
    layers = [nn.Linear, nn.Conv2d]
    table = {"relu": nn.ReLU(), "tanh": nn.Tanh()}


class Conditional(nn.Module):
    norm = nn.BatchNorm1d(8) if torch.cuda.is_available() else None  # TML121


class ReplacedInInit(nn.Module):
    proj = nn.Linear(8, 8)

    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(8, 8)


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(8, 8)


class Project(nn.Module):
    inner = Inner()  # TML121


class Stem(nn.Module):
    def forward(self, x):
        return x + 1


class ProjectStateless(nn.Module):
    stem = Stem()


class Unknown(nn.Module):
    model = make_model()  # noqa: F821
    backbone = resnet18


class NotAModule:
    proj = nn.Linear(8, 8)


class Under(nn.Module):
    if torch.cuda.is_available():
        proj = nn.Linear(8, 8)  # TML121


class Registered(nn.Module):
    """Each instance registers it: shared, but trained."""

    proj = nn.Linear(8, 8)

    def __init__(self):
        super().__init__()
        self.add_module("own", self.proj)


class Pair(nn.Module):
    a, b = nn.Linear(8, 8), nn.ReLU()  # TML121


class Chained(nn.Module):
    a = b = nn.Linear(8, 8)  # TML121 TML121


class TensorConstant(nn.Module):
    mean = torch.tensor([0.5, 0.5])


class Frozen(nn.Module):
    proj = nn.Linear(8, 8).requires_grad_(False)  # TML121


class Evaluated(nn.Module):
    norm = nn.BatchNorm1d(8).eval()  # TML121


class Nested(nn.Module):
    class Config:
        width = 8
        proj = nn.Linear(8, 8)


class Deleted(nn.Module):
    proj = nn.Linear(8, 8)
    width = proj.in_features
    del proj


class Descriptor:
    def __init__(self, module):
        self.module = module

    def __get__(self, owner, kind=None):
        return self.module


class Described(nn.Module):
    proj = Descriptor(nn.Linear(8, 8))


class Rebound(nn.Module):
    proj = nn.Linear(8, 8)
    proj = None


class ModuleOfTest:
    class Net(nn.Module):
        proj = nn.Linear(8, 8)  # TML121


def local():
    class Net(nn.Module):
        proj = nn.Linear(8, 8)  # TML121

    return Net


class Copied(nn.Module):
    """A template that every instance copies."""

    template = nn.Linear(8, 8)

    def __init__(self):
        super().__init__()
        import copy

        self.proj = copy.deepcopy(self.template)


class Chosen(nn.Module):
    act = nn.PReLU()  # TML121
