from torch import nn


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(3, 3)

    def forward(self, x):
        return self.net(x)

    def train(self, memory):
        return self.update(memory)

    def learn(self, memory, steps):  # `train` has one parameter, which may be a mode
        raise NotImplementedError


class Worker(nn.Module):
    def train(self, memory, steps):  # TML309
        return [self(one) for one in memory[:steps]]
