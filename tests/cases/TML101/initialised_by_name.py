"""Two bases, each of which is initialised by its name."""

import torch
from torch import nn


class Sampler(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.register_buffer("shape", shape)


class Pairs(Sampler):
    """One of two that are initialised by name."""

    def __init__(self, count):
        self.count = count


class SampledPairs(Pairs, Sampler):
    def __init__(self, shape, count):
        Pairs.__init__(self, count)
        Sampler.__init__(self, shape)


class Triples(Sampler):
    def __init__(self, count):  # TML101
        self.count = count


class SampledTriples(Triples):
    def __init__(self, shape, count):
        Sampler.__init__(self, shape)
        self.count = count


class Weighted(Sampler):
    def __init__(self, count):  # TML101
        self.weight = nn.Parameter(torch.zeros(count))


class SampledWeighted(Weighted):
    def __init__(self, shape, count):
        Weighted.__init__(self, count)
        Sampler.__init__(self, shape)


class Quads(Sampler):
    def __init__(self, count):  # TML101
        self.count = count


class SampledQuads(Quads):
    def __init__(self, count):  # TML101
        Quads.__init__(self, count)
