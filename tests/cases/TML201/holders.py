"""Plain classes that hold models, and modules of modules."""

from dataclasses import dataclass

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(2, 2)
        self.decoder = nn.Linear(2, 2)

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Trainer:
    def __init__(self, data):
        self.model = Net()
        self.data = data
        self.optimizer = torch.optim.Adam(self.model.parameters())

    def step(self, x):
        return self.model.forward(x)  # TML201

    def nested(self, x):
        def closure():
            self.optimizer.zero_grad()
            return self.model.forward(x)  # TML201

        return self.optimizer.step(closure)

    def inside(self, x):
        return self.model.encoder.forward(x)  # TML201

    def forward(self, x):
        return self.model(x)

    def outer(self, x):
        return self.forward(x)


class DoubleTrainer(Trainer):
    def step(self, x):
        return self.model.forward(x) * 2  # TML201


@dataclass
class Agent:
    policy: Net
    value: nn.Module
    memory: list

    def act(self, x):
        return self.policy.forward(x), self.value.forward(x)  # TML201 TML201


class LazyHolder:
    _model = None

    def load(self):
        if self._model is None:
            self._model = Net()
        return self._model.forward(1)  # TML201

    @property
    def model(self) -> Net:
        return self._model

    def run(self, x):
        return self.model.forward(x)  # TML201


class Wrapper:
    """A plain class with `forward` and everything else that a module has."""

    def __init__(self, net):
        self.net = net

    def forward(self, x):
        return self.net(x)

    def eval(self):
        return self

    def to(self, device):
        return self

    def parameters(self):
        return []

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        pass


class Ensemble(Wrapper):
    pass


def use(x):
    wrapper = Wrapper(x)
    wrapper.eval()
    wrapper.to("cuda")
    wrapper.load_state_dict({})
    torch.optim.Adam(wrapper.parameters())
    return wrapper.forward(x), Ensemble(x).forward(x), Trainer(x).forward(x)


def use_annotated(wrapper: Wrapper, x):
    wrapper.eval()
    wrapper.load_state_dict(wrapper.state_dict())
    return wrapper.forward(x)


def member(net: Net, x):
    return net.encoder.forward(x)  # TML201
