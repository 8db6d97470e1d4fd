"""A plain class that has a module's methods."""


class Agent:
    def __init__(self, model):
        self.model = model

    def forward(self, x):
        return self.model(x)

    def eval(self):
        self.model.eval()

    def load_state_dict(self, state):
        self.model.load_state_dict(state)

    def to(self, device):
        self.model.to(device)
