"""Trainers, agents and modules: who sets the mode is often another method, a base, or whoever holds the object."""

import copy

import lightning as L
import torch
import torch.nn.functional as F
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8))

    def forward(self, x):
        return self.layer(x)


class Forgetful:
    """All of it is in sight: nobody ever sets a mode."""

    def __init__(self):
        self.model = Net()
        self.optimizer = optim.SGD(self.model.parameters(), lr=0.1)

    def run(self, loader, validation, epochs):
        for _ in range(epochs):
            for x, y in loader:
                self.optimizer.zero_grad()
                F.mse_loss(self.model(x), y).backward()
                self.optimizer.step()
            with torch.no_grad():
                print(sum(F.mse_loss(self.model(x), y).item() for x, y in validation))  # TML303


class ByMethods:
    def __init__(self):
        self.model = Net()
        self.optimizer = optim.SGD(self.model.parameters(), lr=0.1)

    def run(self, loader, validation, epochs):
        for _ in range(epochs):
            self.train(loader)
            self.model.eval()
            print(self.validate(validation))

    def train(self, loader):
        self.model.train()
        for x, y in loader:
            self.optimizer.zero_grad()
            F.mse_loss(self.model(x), y).backward()
            self.optimizer.step()

    @torch.no_grad()
    def validate(self, loader):
        return sum(F.mse_loss(self.model(x), y).item() for x, y in loader)


class ByOverride(ByMethods):
    """What the base's run() has set holds here."""

    @torch.no_grad()
    def validate(self, loader):
        return [self.model(x) for x, _ in loader]


class SetInHelper:
    def __init__(self):
        self.model = Net()
        self.optimizer = optim.SGD(self.model.parameters(), lr=0.1)

    def _mode(self, training):
        for module in (self.model,):
            module.train(training)

    def run(self, loader, validation):
        self._mode(True)
        for x, y in loader:
            self.optimizer.zero_grad()
            F.mse_loss(self.model(x), y).backward()
            self.optimizer.step()
        self._mode(False)
        with torch.no_grad():
            return [self.model(x) for x, _ in validation]


class Agent:
    """Acts and learns with the same network; without dropout the mode would not matter, with it nobody knows."""

    def __init__(self, network):
        self.q = network
        self.target = copy.deepcopy(network)
        self.optimizer = optim.Adam(self.q.parameters())

    @torch.no_grad()
    def act(self, state):
        return self.q(state).argmax(-1)

    def learn(self, batch):
        state, action, reward, after = batch
        with torch.no_grad():
            goal = reward + 0.99 * self.target(after).max(1).values
        loss = F.mse_loss(self.q(state).gather(1, action), goal)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def run(self, env, steps):
        state = env.reset()
        for _ in range(steps):
            action = self.act(state)
            state = env.step(action)
            self.learn(env.sample())


class PlainAgent(Agent):
    def __init__(self):
        super().__init__(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)))


class Lit(L.LightningModule):
    """Lightning sets modes and gradients around its hooks."""

    def __init__(self):
        super().__init__()
        self.net = Net()
        self.teacher = Net()

    def training_step(self, batch, batch_idx):
        x, y = batch
        with torch.no_grad():
            goal = self.teacher(x)
        return F.mse_loss(self.net(x), y) + F.mse_loss(self.net(x), goal)

    @torch.no_grad()
    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("loss", F.mse_loss(self.net(x), y))

    def on_validation_epoch_end(self):
        with torch.inference_mode():
            self.net(torch.zeros(1, 8))

    def predict_step(self, batch, batch_idx, dataloader_idx=0):
        return self.net(batch)


class ManualLit(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.automatic_optimization = False
        self.generator, self.discriminator = Net(), Net()

    def training_step(self, batch):
        g, d = self.optimizers()
        with torch.no_grad():
            fake = self.generator(torch.randn_like(batch))
        self.manual_backward((self.discriminator(fake) - self.discriminator(batch)).mean())
        d.step()
        self.manual_backward(-self.discriminator(self.generator(torch.randn_like(batch))).mean())
        g.step()


class Momentum(nn.Module):
    """A module in a module: the mode is that of the whole, which somebody else holds."""

    def __init__(self):
        super().__init__()
        self.online, self.target = Net(), Net()

    @torch.no_grad()
    def _target(self, x):
        return self.target(x)

    def forward(self, a, b):
        return F.mse_loss(self.online(a), self._target(b))

    def fit(self, loader):
        optimizer = optim.SGD(self.online.parameters(), lr=0.1)
        for a, b in loader:
            optimizer.zero_grad()
            self(a, b).backward()
            optimizer.step()

    @torch.no_grad()
    def embed(self, x):
        return self.online(x)


class Estimator:
    """The mode is set in fit(), at its end, for all that follows."""

    def __init__(self):
        self.net = Net()

    def fit(self, loader):
        optimizer = optim.SGD(self.net.parameters(), lr=0.1)
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(self.net(x), y).backward()
            optimizer.step()
        self.net.eval()
        return self

    @torch.no_grad()
    def predict(self, x):
        return self.net(x).argmax(1)


def estimator(loader, x):
    return Estimator().fit(loader).predict(x)


def two_modules(loader, validation):
    whole = nn.ModuleDict({"encoder": Net(), "head": nn.Linear(8, 2)})
    optimizer = optim.SGD(whole.parameters(), lr=0.1)
    for x, y in loader:
        optimizer.zero_grad()
        F.cross_entropy(whole["head"](whole["encoder"](x)), y).backward()
        optimizer.step()
    whole.eval()
    with torch.no_grad():
        return [whole["head"](whole["encoder"](x)) for x, _ in validation]
