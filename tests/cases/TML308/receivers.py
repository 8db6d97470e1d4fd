"""Modules that are told to stop training by a flag that they do not have."""

import copy
from typing import Optional

import timm
import torch
from torch import nn
from torchvision import models
from transformers import AutoModel, AutoTokenizer, BertModel


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3)
        self.scale = nn.Parameter(torch.ones(width))
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(3))
        self.extra = None

    def forward(self, x):
        return self.conv(x) * self.scale


class Net(nn.Module):
    def __init__(self, width, freeze, teacher: nn.Module, adapter: Optional[nn.Module] = None, anything=None):
        super().__init__()
        self.first, self.second = Block(width), nn.Linear(width, width)
        self.teacher = teacher
        self.adapter = adapter
        self.anything = anything
        self.first.requires_grad = not freeze  # TML308
        self.first.conv.requires_grad = False  # TML308
        self.first.scale.requires_grad = False
        self.first.conv.weight.requires_grad = False
        self.second.bias.requires_grad = False
        self.teacher.requires_grad = False  # TML308
        if self.adapter is not None:
            self.adapter.requires_grad = False  # TML308
        self.anything.requires_grad = False
        setattr(self.second, "requires_grad", False)  # TML308
        setattr(self.second, "anything", False)
        self.target = copy.deepcopy(self.first)
        self.target.requires_grad: bool = False  # TML308
        self.first.layers[0].requires_grad = self.first.layers[1].requires_grad = False  # TML308 TML308

    def forward(self, x):
        return self.second(self.first(x))

    def freeze(self, names):
        for layer in self.first.layers:
            layer.requires_grad = False  # TML308
        for name, child in self.named_children():
            if name in names:
                child.requires_grad = False  # TML308
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.requires_grad = False  # TML308
                module.weight.requires_grad = False
        for parameter in self.parameters():
            parameter.requires_grad = False
        for name, parameter in self.named_parameters():
            parameter.requires_grad = name in names


def fine_tune(classes):
    net = models.resnet50(weights="DEFAULT")
    net.requires_grad = False  # TML308
    net.fc.requires_grad = True  # TML308
    net.fc.weight.requires_grad = True
    net.unheard_of.requires_grad = True
    net.fc = nn.Linear(net.fc.in_features, classes)
    net.fc.bias.requires_grad = True
    return net


def language(name):
    words = AutoTokenizer.from_pretrained(name)
    words.requires_grad = False
    model = AutoModel.from_pretrained(name)
    model.encoder.requires_grad = False  # TML308
    model.encoder.layer[0].requires_grad = False
    bert = BertModel.from_pretrained(name)
    bert.embeddings.word_embeddings.requires_grad = False  # TML308
    image = timm.create_model(name)
    image.requires_grad = False  # TML308


def walk(model, depth):
    for child in model.children():
        child.requires_grad = False  # TML308
    for name, child in list(model.named_children())[:depth]:
        child.requires_grad = False
    for at, child in enumerate(model.children()):
        child.requires_grad = at > depth
    for name, child in model.named_modules():
        child.requires_grad = name == "head"  # TML308
    [setattr(one, "requires_grad", False) for one in model.parameters()]
    for one in model.parameters():
        setattr(one, "requires_grad", False)


class Shift(nn.Conv2d):
    """Colours are shifted by fixed numbers, or so it is meant."""

    def __init__(self):
        super().__init__(3, 3, kernel_size=1)
        self.weight.data = torch.eye(3).view(3, 3, 1, 1)
        self.requires_grad = False  # TML308


class Sampler(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.ModuleList(nn.Sequential(nn.Linear(width, width), nn.ReLU()) for _ in range(3))

    def fix(self):
        def freeze(module):
            module.requires_grad = False  # TML308

        for layer in self.layers:
            layer.apply(freeze)
