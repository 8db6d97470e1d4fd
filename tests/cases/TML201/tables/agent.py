"""Attributes that are bound in one method and used in another, or in that of a subclass in another file."""

import copy

from torch import nn
from wrappers import build, wrap


class Agent:
    def __init__(self, model: nn.Module):
        self.model = model

    def start(self, width):
        self.target = copy.deepcopy(self.model)
        self.learner = wrap(self.model, "base")
        self.target = wrap(self.target, "argmax")
        self.actor = wrap(self.learner, "argmax")
        self.critic = build("small", width)
        self.other = self.model

    def learn(self, x):
        self.learner.train()
        self.target.train()
        self.actor.train()
        self.critic.train()
        self.other.train()
        value = self.learner.forward(x) + self.actor.forward(x)
        rest = self.critic.forward(x)  # TML201
        rest = rest + self.other.forward(x)  # TML201
        return value + rest + self.target.forward(x)

    def state(self):
        return [
            self.learner.state_dict(),
            self.target.state_dict(),
            self.actor.state_dict(),
            self.critic.state_dict(),
            self.other.state_dict(),
        ]
