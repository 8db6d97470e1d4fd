"""Flags that are set on one module, and meant for all below it."""

import torch
from torch import nn
from torchvision import models


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Linear(width, width)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        return self.drop(self.body(x))


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.blocks = nn.Sequential(*(Block(width) for _ in range(3)))
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        return self.head(self.blocks(x))

    def infer(self, x):
        self.training = False  # TML312
        self.blocks.training = False  # TML312
        setattr(self.blocks[0], "training", False)  # TML312
        self.blocks[1].drop.training = False
        self.head.training = False
        return self(x)

    def train(self, mode=True):
        self.training = mode
        self.blocks.training = mode  # TML312
        return self


def predict(x, flag):
    net = Net(3)
    net.training = flag  # TML312
    net.training: bool = False  # TML312
    image = models.resnet18(weights="DEFAULT")
    image.training = False  # TML312
    layer = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 2)
    layer.training = False  # TML312
    return net(x), image(x)


def measure(net: Net, x):
    before = net.training
    net.eval()
    with torch.no_grad():
        out = net(x)
    net.training = before  # TML312
    return out


def toggle(a: Net, b: Net):
    a.training, b.training = True, False  # TML312 TML312


class Encoder(nn.Module):
    def __init__(self, width, rate=0.1, off=0.0):
        super().__init__()
        self.embed = nn.Embedding(width, width)
        self.drop = nn.Dropout(rate)
        self.off = nn.Dropout(off)

    def forward(self, x):
        return self.off(self.drop(self.embed(x)))


class Coder(nn.Module):
    def __init__(self, width, noise=0.0, p=0.5):
        super().__init__()
        p = min(p, noise)
        self.encoder = Encoder(width)
        self.layers = nn.Sequential(nn.Linear(width, width), nn.Dropout(noise), nn.Dropout(p))

    def forward(self, x):
        self.encoder.training = False  # TML312
        self.layers.training = False
        return self.layers(self.encoder(x))


class Head(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(width, width), nn.Dropout(0.1))

    def forward(self, x):
        x = self.body(x)
        return x if self.training else x.softmax(-1)


class Detector(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = Net(width)
        self.head = Head(width)
        self.body.eval()
        self.head.eval()
        self.head.training = True  # it shall give what it gives in training, and its dropout stay off
        self.stride = self.head(self.body(torch.zeros(1, width))).numel()
        self.head.training = False
        self.train()

    def forward(self, x):
        return self.head(self.body(x))

    def infer(self, x):
        self.head.training = False  # TML312
        return self(x)

    def sample(self, x):
        self.eval()
        self.body.training = True  # TML312
        return self(x)
