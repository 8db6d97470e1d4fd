"""Trainers, predictors and modules that evaluate: whether a graph is recorded may be the caller's business."""

import lightning.pytorch as pl
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 2)

    def forward(self, x):
        return self.layer(x)


class Predictor:
    def __init__(self, path):
        self.net = Net()
        self.net.load_state_dict(torch.load(path))
        self.net.eval()

    def __call__(self, images):
        """The mode is set in the constructor, and nothing here needs a graph."""
        scores = []
        for image in images:
            scores.append(self.net(image).max().item())  # TML302
        return scores

    def labels(self, images):
        with torch.no_grad():
            return [self.net(image).argmax().item() for image in images]

    def features(self, images):
        """Handed out: whoever asked may want to differentiate."""
        return torch.stack([self.net(image) for image in images])


class Handed:
    def __init__(self, net):
        self.net = net
        self.net.eval()

    def evaluate(self, loader):
        return np.mean([self.net(x).item() for x in loader])  # TML302


class Switched:
    """Gradients are switched off when the object is built."""

    def __init__(self, net):
        torch.set_grad_enabled(False)
        self.net = net
        self.net.eval()

    def evaluate(self, loader):
        return np.mean([self.net(x).item() for x in loader])


class Frozen:
    def __init__(self, net):
        self.net = net.eval()
        for parameter in self.net.parameters():
            parameter.requires_grad_(False)

    def evaluate(self, loader):
        return np.mean([self.net(x).item() for x in loader])


class OnlyUnderNoGrad:
    def run(self, model, loader):
        with torch.no_grad():
            return self._loop(model, loader)

    def _loop(self, model, loader):
        model.eval()
        return sum(model(x).item() for x in loader)


class WithAndWithout:
    """One of the two callers wants gradients."""

    def run(self, model, loader):
        with torch.no_grad():
            return sum(value.item() for value in self._values(model, loader))

    def attack(self, model, loader):
        sum(self._values(model, loader)).backward()

    def _values(self, model, loader):
        model.eval()
        values = []
        for x in loader:
            values.append(model(x).mean())
        return values


class Lit(pl.LightningModule):
    """Evaluation hooks run without gradients."""

    def __init__(self):
        super().__init__()
        self.net = Net()
        self.encoder = Net()

    def validation_step(self, batch, batch_idx):
        self.encoder.eval()
        for part in batch:
            self.log("loss", self.net(self.encoder(part)).mean())

    def test_step(self, batch, batch_idx):
        self.net.eval()
        return [self.net(part).mean() for part in batch]

    def on_test_epoch_end(self):
        self.net.eval()
        print([self.net(part).item() for part in self.trainer.parts])


class Distilled(nn.Module):
    """The teacher is in eval mode for good, and the loss goes to whoever trains the whole."""

    def __init__(self, teacher):
        super().__init__()
        self.student = Net()
        self.teacher = teacher
        self.teacher.eval()

    def forward(self, parts):
        loss = 0
        for part in parts:
            loss = loss + F.mse_loss(self.student(part), self.teacher(part))
        return loss


class Search:
    """A search over inputs, each by its gradient."""

    def __init__(self, net):
        self.net = net
        self.net.eval()

    def best(self, starts):
        for start in starts:
            point = start.clone().requires_grad_(True)
            value = self.net(point)
            value.backward()
            yield point - 0.1 * point.grad


class Trainer:
    """One loop for both, told apart by a flag."""

    def __init__(self, model, optimizer):
        self.model = model
        self.optimizer = optimizer

    def loop(self, loader, training):
        self.model.train() if training else self.model.eval()
        for x, y in loader:
            loss = F.mse_loss(self.model(x), y)
            if training:
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()

    def evaluate(self, loader):
        self.model.eval()
        total = 0.0
        for x, y in loader:
            loss = self._loss(x, y)
            total += loss.item()
        return total

    def _loss(self, x, y):
        return F.mse_loss(self.model(x), y)  # TML302


class TrainerWithSharedLoss:
    """The same method is a part of the training step."""

    def __init__(self, model, optimizer):
        self.model = model
        self.optimizer = optimizer

    def fit(self, loader):
        self.model.train()
        for x, y in loader:
            self.optimizer.zero_grad()
            self._loss(x, y).backward()
            self.optimizer.step()

    def evaluate(self, loader):
        self.model.eval()
        return sum(self._loss(x, y).item() for x, y in loader)

    def _loss(self, x, y):
        return F.mse_loss(self.model(x), y)


class Engine:
    """Who runs the rounds hands over the methods for a step and for the end."""

    def __init__(self, system):
        self.system = system

    def validate(self, loader):
        return self.evaluate(loader, self.system.validation_step, self.system.validation_end)

    def evaluate(self, loader, step=None, end=None):
        self.system.eval()
        with torch.no_grad():
            outputs = [step(batch) for batch in loader]
        return end(outputs)

    def fit(self, loader, epochs):
        for _ in range(epochs):
            print(self.validate(loader))

    def head(self, loader):
        self.system.eval()
        head = self.system.head
        return [head(batch).item() for batch in loader]  # TML302

    def measure(self, loader):
        return self.loss(self.system.body, loader)

    def loss(self, part, loader):
        part.eval()
        return [part(batch).item() for batch in loader]  # TML302
