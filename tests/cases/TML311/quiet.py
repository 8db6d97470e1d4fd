"""Members whose mode is seen to, or which never train."""

import torch
from torch import nn
from torchvision import models

from somewhere import Base


class Kept(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = models.resnet18().requires_grad_(False)
        self.backbone.eval()
        self.head = nn.Linear(1000, 2)

    def forward(self, x):
        return self.head(self.backbone(x))


class Overridden(Kept):
    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self


class InForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = models.resnet18().requires_grad_(False)
        self.backbone.eval()
        self.head = nn.Linear(1000, 2)

    def forward(self, x):
        self.backbone.eval()
        return self.head(self.backbone(x))


class Inference(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = models.resnet18().requires_grad_(False)
        self.backbone.eval()
        self.head = nn.Linear(1000, 2)

    @torch.no_grad()
    def forward(self, x):
        return self.head(self.backbone(x))


class AllEval(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = models.resnet18().requires_grad_(False).eval()
        self.head = nn.Linear(1000, 2)
        self.eval()

    def forward(self, x):
        return self.head(self.features(x))


class Loss(nn.Module):
    """It has nothing of its own to train."""

    def __init__(self):
        super().__init__()
        self.vgg = models.vgg16().eval().requires_grad_(False)
        self.distance = nn.MSELoss()

    def forward(self, x, y):
        return self.distance(self.vgg(x), self.vgg(y))


class Probe(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = models.resnet34()
        self.body.requires_grad_(False)
        self.body.eval()
        width = self.body(torch.zeros(1, 3, 32, 32)).shape[1]
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        return self.head(self.body(x))


class Tuned(nn.Module):
    """Its parameters train: eval mode was how the weights came, and nothing is frozen."""

    def __init__(self):
        super().__init__()
        self.net = models.resnet34().eval()
        self.head = nn.Linear(1000, 2)

    def forward(self, x):
        return self.head(self.net(x))


class Hidden(nn.Module):
    """A member in a list is not reached by `train()`."""

    def __init__(self):
        super().__init__()
        stranger = models.resnet34().requires_grad_(False)
        stranger.eval()
        self.teachers = [stranger]  # TML113
        self.head = nn.Linear(1000, 2)

    def forward(self, x):
        return self.head(self.teachers[0](x))


class Published(nn.Module):
    """`freeze` is there for others to call after `train()`."""

    def __init__(self):
        super().__init__()
        self.trunk = models.resnet34()
        self.head = nn.Linear(1000, 2)
        self.freeze()

    def freeze(self):
        self.trunk.requires_grad_(False)
        self.trunk.eval()

    def forward(self, x):
        return self.head(self.trunk(x))


class FromElsewhere(Base):
    def __init__(self):
        super().__init__()
        self.tower = models.resnet34().requires_grad_(False)
        self.tower.eval()
        self.head = nn.Linear(1000, 2)

    def forward(self, x):
        return self.head(self.tower(x))


class Outside(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = models.resnet34().requires_grad_(False)
        self.stem.eval()
        self.head = nn.Linear(1000, 2)

    def forward(self, x):
        return self.head(self.stem(x))


def epoch(model: Outside, loader):
    model.train()
    model.stem.eval()
    for x in loader:
        model(x).sum().backward()
