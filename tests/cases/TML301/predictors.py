"""Objects that load a model when they are built, and call it in a method."""

import threading

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Dropout2d(0.2))

    def forward(self, x):
        return self.layer(x).mean((2, 3))


class Predictor:
    def __init__(self, path, device="cpu"):
        self.device = torch.device(device)
        self.model = Net().to(self.device)
        self.model.load_state_dict(torch.load(path, map_location=self.device))

    @torch.no_grad()
    def __call__(self, image):
        return self.model(image.to(self.device)).softmax(1)  # TML301


class Service:
    """Loading is a method of its own."""

    lock = threading.Lock()

    def __init__(self, path):
        self.model = None
        self.load(path)

    def load(self, path):
        self.model = Net()
        self.model.load_state_dict(torch.load(path))

    def predict(self, images):
        with self.lock, torch.no_grad():
            return [self.model(image) for image in images]  # TML301


class InEval:
    def __init__(self, path):
        self.model = Net()
        self.model.load_state_dict(torch.load(path))
        self.model.eval()

    @torch.no_grad()
    def predict(self, image):
        return self.model(image)


class LocalThenKept:
    def __init__(self, path):
        model = Net()
        model.load_state_dict(torch.load(path))
        model.eval()
        self.model = model

    @torch.no_grad()
    def predict(self, image):
        return self.model(image)


class KeptThenLocal:
    def __init__(self, path):
        self.model = model = Net()
        model.load_state_dict(torch.load(path))
        model.eval()

    @torch.no_grad()
    def predict(self, image):
        return self.model(image)


class SetInTheMethod:
    def __init__(self, path):
        self.model = Net()
        self.model.load_state_dict(torch.load(path))

    @torch.no_grad()
    def predict(self, image):
        self.model.eval()
        return self.model(image)


class SetByAnotherMethod:
    def __init__(self, path):
        self.model = Net()
        self.model.load_state_dict(torch.load(path))

    def ready(self):
        self.model.eval()
        return self

    @torch.no_grad()
    def predict(self, image):
        return self.model(image)


class SetThroughHelper:
    def __init__(self, path):
        self.model = self._build(path)

    def _build(self, path):
        model = Net()
        model.load_state_dict(torch.load(path))
        return self._freeze(model)

    @staticmethod
    def _freeze(model):
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        return model.eval()

    @torch.no_grad()
    def predict(self, image):
        return self.model(image)


class LazilyLoaded:
    def __init__(self, path):
        self.path = path
        self._model = None

    @property
    def model(self):
        if self._model is None:
            self._model = Net()
            self._model.load_state_dict(torch.load(self.path))
            self._model.eval()
        return self._model

    @torch.no_grad()
    def predict(self, image):
        return self.model(image)


class Both:
    """Trains, and predicts in between: its mode is what fit() has left."""

    def __init__(self, path=None):
        self.model = Net()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)
        if path is not None:
            self.model.load_state_dict(torch.load(path))

    def fit(self, loader):
        for x, y in loader:
            loss = (self.model(x) - y).pow(2).mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def scores(self, x):
        return self.model(x)


class Module(nn.Module):
    """A part of something else, whose mode it shares."""

    def __init__(self, path):
        super().__init__()
        self.backbone = Net()
        self.backbone.load_state_dict(torch.load(path))
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.backbone(x))

    @torch.no_grad()
    def embed(self, x):
        return self.backbone(x)


class Base:
    def __init__(self, path):
        self.model = self.build()
        self.model.load_state_dict(torch.load(path))
        self.after_loading()

    def build(self):
        raise NotImplementedError

    def after_loading(self):
        self.model.eval()


class Derived(Base):
    def build(self):
        return Net()

    @torch.no_grad()
    def predict(self, image):
        return self.model(image)


class Stochastic(Base):
    """Overrides what would have set the mode, so that dropout stays on."""

    def build(self):
        return Net()

    def after_loading(self):
        self.model.train()

    @torch.no_grad()
    def samples(self, image, count):
        return torch.stack([self.model(image) for _ in range(count)]).var(0)


def through_an_object(path, image):
    predictor = InEval(path)
    with torch.no_grad():
        return predictor.predict(image), predictor.model(image)


def from_outside(path, image):
    predictor = SetByAnotherMethod(path)
    predictor.ready()
    return predictor.predict(image)
