"""Modules that come in as arguments may be registered by their owner, or hidden on purpose."""

from typing import Any

from torch import nn
from torchvision import models


class Hidden(nn.Module):
    def __init__(self, teacher, student: nn.Module, others: list[nn.Module], parent, unet: Any):
        super().__init__()
        self.student = student
        self.teacher = [teacher]
        self.student_hidden = [student]
        self.others = others
        self.copies = list(others)
        self.parent = (parent,)
        self.unet = {"unet": unet}
        self.layers = [layer for layer in student.children()]
        self.blocks = list(student.modules())
        self.norms = [m for m in student.modules() if isinstance(m, nn.BatchNorm2d)]
        self.picked = [student.encoder, student.decoder]

    def forward(self, x):
        return self.student(x) - self.teacher[0](x)


class Slices(nn.Module):
    def __init__(self):
        super().__init__()
        vgg = models.vgg16(weights=None).features
        self.slices = [vgg[:4], vgg[4:9]]
        self.features = nn.ModuleList(self.slices)

    def forward(self, x):
        for part in self.features:
            x = part(x)
        return x


class Hooked(nn.Module):
    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model
        self.found = []
        for module in model.modules():
            if isinstance(module, nn.Linear):
                self.found.append(module)
        self.by_name = {name: module for name, module in model.named_modules()}

    def forward(self, x):
        return self.model(x)


class FromConfig(nn.Module):
    def __init__(self, build, registry, config):
        super().__init__()
        self.layers = [build(one) for one in config.layers]
        self.heads = [registry[name](config) for name in config.heads]

    def forward(self, x):
        return self.layers[0](x)


class HandWritten(nn.Module):
    """A class that takes `to` and `parameters` over knows that its list is plain."""

    def __init__(self, width):
        super().__init__()
        self.members = [nn.Linear(width, width) for _ in range(3)]

    def parameters(self, recurse=True):
        for member in self.members:
            yield from member.parameters(recurse)

    def forward(self, x):
        return sum(member(x) for member in self.members)


class NotAModule:
    def __init__(self, width):
        self.layers = [nn.Linear(width, width) for _ in range(3)]
