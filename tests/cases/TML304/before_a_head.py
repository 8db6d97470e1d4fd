"""Two models in a row: what says that the first of them is to learn, and what leaves it open."""

import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.nn.parallel import DistributedDataParallel


def validate(backbone, head, loader):
    backbone.eval()
    head.eval()
    with torch.no_grad():
        return sum(F.mse_loss(head(backbone(x)), y).item() for x, y in loader)


def step(outputs, y, optimizer):
    optimizer.zero_grad()
    F.mse_loss(outputs, y).backward()
    optimizer.step()


def linear_probe(backbone, head, loader, validation, optimizer, epochs):
    """What the optimizer holds is not in sight, and only the head is put back: the backbone may be frozen."""
    for _ in range(epochs):
        head.train()
        for x, y in loader:
            step(head(backbone(x)), y, optimizer)
        validate(backbone, head, validation)


def linear_probe_in_steps(backbone, head, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        head.train()
        for x, y in loader:
            features = F.normalize(backbone(x).flatten(1))
            step(head(features), y, optimizer)
        validate(backbone, head, validation)


def optimizer_of_the_head(backbone, loader, validation, epochs):
    head = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5))
    optimizer = optim.SGD(head.parameters(), lr=0.1)
    for _ in range(epochs):
        head.train()
        for x, y in loader:
            step(head(backbone(x)), y, optimizer)
        validate(backbone, head, validation)


def head_left_in_eval_mode(backbone, head, loader, validation, optimizer, epochs):
    """Whatever the backbone is there for, what comes last is what learns."""
    for _ in range(epochs):
        for x, y in loader:
            step(head(backbone(x)), y, optimizer)
        validate(backbone, head, validation)  # TML304


def optimizer_of_both(backbone, head, loader, validation, epochs):
    optimizer = optim.SGD([*backbone.parameters(), *head.parameters()], lr=0.1)
    for _ in range(epochs):
        head.train()
        for x, y in loader:
            step(head(backbone(x)), y, optimizer)
        validate(backbone, head, validation)  # TML304


def optimizer_of_groups(backbone, head, loader, validation, epochs):
    optimizer = optim.SGD([{"params": backbone.parameters(), "lr": 0.01}, {"params": head.parameters()}], lr=0.1)
    for _ in range(epochs):
        head.train()
        for x, y in loader:
            step(head(backbone(x)), y, optimizer)
        validate(backbone, head, validation)  # TML304


def optimizer_of_what_is_wrapped(backbone, head, loader, validation, epochs):
    optimizer = optim.SGD(backbone.parameters(), lr=0.1)
    parallel = DistributedDataParallel(backbone)
    for _ in range(epochs):
        head.train()
        for x, y in loader:
            step(head(parallel(x)), y, optimizer)
        validate(parallel, head, validation)  # TML304


def optimizer_of_the_whole(model, head, loader, validation, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for _ in range(epochs):
        head.train()
        for x, y in loader:
            step(head(model.encoder(x)), y, optimizer)
        validate(model.encoder, head, validation)  # TML304


def compared_with_something(model, loss, loader, validation, optimizer, epochs):
    """A loss is no head: it is given what to compare with."""
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
        validate(model, nn.Identity(), validation)  # TML304


class Trainer:
    def __init__(self, backbone, head):
        self.backbone = backbone
        self.head = head
        self.optimizer = optim.SGD(self.head.parameters(), lr=0.1)

    def fit(self, loader, validation, epochs):
        for _ in range(epochs):
            self.head.train()
            for x, y in loader:
                step(self.head(self.backbone(x)), y, self.optimizer)
            validate(self.backbone, self.head, validation)


class TrainerOfBoth(Trainer):
    def __init__(self, backbone, head):
        super().__init__(backbone, head)
        self.optimizer.add_param_group({"params": self.backbone.parameters()})

    def fit(self, loader, validation, epochs):
        for _ in range(epochs):
            self.head.train()
            for x, y in loader:
                step(self.head(self.backbone(x)), y, self.optimizer)
            validate(self.backbone, self.head, validation)  # TML304
