"""`.forward` that is meant: delegation, other things of that name, and receivers of which nothing is known."""

import abc

import cv2
import keras
import paddle
import pandas as pd
import torch
from torch import nn
from torch.autograd import Function


class Delegating(nn.Linear):
    def forward(self, x):
        x = super().forward(x)
        x = super(Delegating, self).forward(x)
        x = nn.Linear.forward(self, x)
        x = type(self).forward(self, x)
        return self.__class__.forward(self, x)


class OwnForward(nn.Module):
    def forward(self, x):
        return x

    def loss(self, x):
        return self.forward(x)

    def other(self, x):
        me = self
        return me.forward(x) + (lambda: self.forward(x))()


class Square(Function):
    @staticmethod
    def forward(ctx, x):
        return x * x

    @staticmethod
    def backward(ctx, grad):
        return grad


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return Square.forward(ctx, x) * x


class Priors:
    def __init__(self, size):
        self.size = size

    def forward(self):
        return torch.zeros(self.size)


class Step(abc.ABC):
    @abc.abstractmethod
    def forward(self, x): ...


class Detector(nn.Module):
    def __init__(self, steps, model):
        super().__init__()
        self.priors = Priors(3)
        self.steps = steps
        self.model = model

    def forward(self, x):
        for step in self.steps:
            x = step.forward(x)
        return self.model.forward(x), self.priors.forward(), Priors(2).forward()


class Lazy(nn.Module):
    """What a call of it means is its own affair."""

    def forward(self, x):
        return x

    def __call__(self, x):  # TML202
        return [self.forward(x)]


class LazyChild(Lazy):
    pass


class Uses(nn.Module):
    def __init__(self, others: nn.ModuleList):
        super().__init__()
        self.lazy = Lazy()
        self.child = LazyChild()
        self.many = nn.ModuleList([LazyChild() for _ in range(3)])

    def forward(self, x):
        x = self.lazy.forward(x) + self.child.forward(x)
        for one in self.many:
            x = one.forward(x)
        return x


class LazyList(LazyChild):
    """Its members are likely to be of its own kind, for which `forward` is something else than a call."""

    def __init__(self, *members):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x):
        return [member.forward(x) for member in self.members]


class Callable:
    def __init__(self):
        self.net = nn.Linear(2, 2)

    def __call__(self, x):
        return self.net.forward(x)


class KerasNet(keras.Model):
    def __init__(self):
        super().__init__()
        self.layer = keras.layers.Dense(2)

    def call(self, x):
        return self.layer.forward(x)


class PaddleNet(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        self.layer = paddle.nn.Linear(2, 2)

    def forward(self, x):
        return self.layer.forward(x)


def other_libraries(x):
    net = cv2.dnn.readNet("x")
    net.setInput(x)
    frame = pd.DataFrame(x)
    frame.eval("a + b")
    model = paddle.load("model")
    model.eval()
    model.set_state_dict(paddle.load("state"))
    return net.forward(), frame.forward(x), model.forward(x)


def unknown(model, x, *args, **kwargs):
    kwargs["model"].forward(x)
    args[0].forward(x)
    return model.forward(x) + x.model.forward(x) + load().forward(x)


def rebound(model, x):
    model = nn.Linear(2, 2) if x else model
    return model.forward(x)


def uncalled(model: nn.Module):
    return model.forward, torch.jit.trace(model.forward, 1), getattr(model, "forward")(1)


def load():
    return torch.load("model.pt")
