from .base import Agent, Worker


class Rainbow(Agent):
    def train(self, mode=True):  # TML309
        super().train(mode)


class Fast(Worker):
    """Another meaning that the base has given it: the finding is there."""

    def train(self, memory, steps, rate):
        return super().train(memory, steps * rate)
