import torch
from agent import Agent


class Special(Agent):
    def learn(self, x):
        self.learner.train()
        self.critic.train()
        with torch.no_grad():
            wanted = self.target.forward(x)
        return self.learner.forward(x) - wanted + self.critic.forward(x)  # TML201

    def state(self):
        return self.learner.state_dict(), self.target.state_dict(), self.critic.state_dict(), self.target.train()
