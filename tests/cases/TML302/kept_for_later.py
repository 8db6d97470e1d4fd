"""Results that an instance keeps, and inputs that ask for gradients: somebody goes on with the graph, or nobody."""

from collections import deque

import torch
from torch import nn


class Memory:
    def __init__(self):
        self.steps = deque([], maxlen=1)
        self.count = 0.0

    def keep(self, step):
        self.steps.append(step)

    def __getitem__(self, at):
        return self.steps[at]


class ActorCritic:
    """The step that is kept is trained on later."""

    def __init__(self, actor, critic, optimizer, env):
        self.actor = actor
        self.critic = critic
        self.optimizer = optimizer
        self.env = env
        self.memory = Memory()

    def act(self, state):
        self.actor.eval()
        return self.actor(state)

    def learn(self):
        self.actor.train()
        state, action = self.memory[0]
        error = self.critic(state).pow(2).mean()
        self.optimizer.zero_grad()
        error.backward()
        gain = -error.detach() * action.log_prob()
        gain.backward()
        self.optimizer.step()

    def run(self, state):
        while True:
            action = self.act(state)
            self.memory.keep((state, action))
            self.learn()
            state = self.env.step(action.cpu())


class Scorer:
    """What is kept is a number."""

    def __init__(self, model: nn.Module):
        self.model = model
        self.memory = Memory()

    def count_right(self, loader):
        self.model.eval()
        for x, y in loader:
            right = self.model(x).argmax(1) == y  # TML302
            self.memory.count += right.sum().item()
        return self.memory.count


class Physics:
    """The residual is made of derivatives by the input."""

    def __init__(self, model: nn.Module, residual):
        self.model = model
        self.residual = residual

    def validate(self, batches):
        self.model.eval()
        total = 0.0
        for batch in batches:
            x = batch.to("cuda").requires_grad_(True)
            total += torch.mean(self.residual(x, self.model(x)) ** 2).item()
        return total

    def without_derivatives(self, batches):
        self.model.eval()
        total = 0.0
        for batch in batches:
            x = batch.to("cuda").requires_grad_(False)
            total += torch.mean(self.residual(x, self.model(x)) ** 2).item()  # TML302
        return total
