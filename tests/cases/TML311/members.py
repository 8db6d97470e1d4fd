"""Whole members that are frozen by the constructor alone."""

import copy

import pytorch_lightning as pl
import torch
from torch import nn
from torchvision import models
from transformers import AutoModel, BertModel


class Encoder(nn.Module):
    def __init__(self, width, drop=0.0):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, width, 3), nn.BatchNorm2d(width))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        return self.drop(self.body(x))


class Plain(nn.Module):
    """Nothing in it has a mode that surely matters."""

    def __init__(self, width, drop=0.0):
        super().__init__()
        self.body = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(drop)
        self.off = nn.Dropout(0)
        self.rnn = nn.LSTM(width, width)
        self.still = nn.BatchNorm1d(width, track_running_stats=False)

    def forward(self, x):
        return self.norm(self.drop(self.body(x)))


class Tagger(pl.LightningModule):
    """`fit` calls `train()`."""

    def __init__(self, tags, freeze=True):
        super().__init__()
        self.bert = BertModel.from_pretrained("bert-base-uncased")
        if freeze:
            self.bert.eval()  # TML311
            for parameter in self.bert.parameters():
                parameter.requires_grad = False
        self.other = AutoModel.from_pretrained("unknown")
        self.other.requires_grad_(False)
        self.other.eval()
        self.plain = Plain(3).eval().requires_grad_(False)
        self.head = nn.Linear(768, tags)

    def forward(self, x):
        return self.head(self.bert(x).pooler_output + self.other(x) + self.plain(x))


class Distilled(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.student = Encoder(width)
        self.teacher = copy.deepcopy(self.student).eval()  # TML311
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        with torch.no_grad():
            wanted = self.teacher(x)
        return self.head(self.student(x) - wanted)


class Local(nn.Module):
    def __init__(self):
        super().__init__()
        backbone = models.resnet18(weights="DEFAULT")
        backbone.train(False)  # TML311
        for _, parameter in backbone.named_parameters():
            parameter.requires_grad_(False)
        self.backbone = backbone
        self._freeze()
        self.scale = nn.Parameter(torch.ones(1))

    def _freeze(self):
        self.second = Encoder(3).requires_grad_(False)
        self.second.eval()  # TML311

    def forward(self, x):
        return self.scale * self.backbone(x) * torch.nn.functional.dropout(self.second(x), 0.1, self.training)


class Norms(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = Encoder(3)
        for module in self.modules():
            if isinstance(module, (nn.BatchNorm2d, nn.BatchNorm3d)):
                module.eval()  # TML311
        for module in self.body.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()  # TML311
            if isinstance(module, nn.Linear):
                module.eval()

    def forward(self, x):
        return self.body(x)
