from net import Act, Block, Top
from net import blocks
from net.base import Collecting, Late
from net.blocks import Registry, build
from torch import nn


class Net(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.blocks = [Block(width) for _ in range(depth)]  # TML113
        self.tops = [Top() for _ in range(depth)]  # TML113
        self.dotted = {"a": blocks.Block(width)}  # TML113
        self.acts = [Act(), blocks.Act()]
        self.members = [Block(width)]
        self.registry = Registry(self.members)

    def forward(self, x):
        return self.blocks[0](x)


class Collected(Collecting):
    def make(self, width):
        return [Block(width)]

    def forward(self, x):
        return self.layers[0](x)


class Finished(Late):
    def __init__(self, width):
        super().__init__()
        self.parts = [Block(width)]
        self.finish()

    def forward(self, x):
        return self.net(x)


class FromElsewhere(nn.Module):
    """What a function of another file returns is not followed: quiet."""

    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(*build(width, 2))

    def forward(self, x):
        return self.net(x)
