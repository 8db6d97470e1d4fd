from .agent import Agent
from .models import Net


def build(width):
    model = Net(width)
    model.eval()
    return model


def build_agent(width):
    return Agent(build(width))


def build_pair(width):
    return build(width), build_agent(width)
