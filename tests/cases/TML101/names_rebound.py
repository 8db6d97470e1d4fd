"""Aliases, rebound names, classes written twice."""

import torch
import torch.nn as tnn
from torch import nn as layers
from torch.nn import Module as Base

M = tnn.Module
short = torch.nn
Other, Third = Base, short.Module


class OfAlias(M):
    def __init__(self):  # TML101
        self.width = 1


class OfShort(short.Module):
    def __init__(self):  # TML101
        self.width = 1


class OfLayers(layers.Module):
    def __init__(self):  # TML101
        self.width = 1


class OfBase(Base):
    def __init__(self):  # TML101
        self.width = 1


class OfTupleAlias(Third):
    def __init__(self):  # TML101
        self.width = 1


class AliasCalls(M):
    def __init__(self):
        M.__init__(self)
        self.a = tnn.Linear(1, 1)


class CalledByOtherAlias(Other):
    def __init__(self):
        Base.__init__(self)
        self.a = tnn.Linear(1, 1)


class Twice(tnn.Module):
    def __init__(self):
        self.width = 1


class Twice(tnn.Module):  # noqa: F811
    def __init__(self):
        super().__init__()
        self.a = tnn.Linear(1, 1)


class TwiceInit(tnn.Module):
    def __init__(self):
        self.width = 1

    def __init__(self, width):  # noqa: F811
        super().__init__()
        self.width = width


class TwiceInitBad(tnn.Module):
    def __init__(self):
        super().__init__()

    def __init__(self, width):  # TML101
        self.width = width


if torch.cuda.is_available():

    class Conditional(tnn.Module):
        def __init__(self):  # TML101
            self.width = 1


try:
    from fast_layers import FastBase
except ImportError:
    FastBase = tnn.Module


class OfEither(FastBase):
    def __init__(self):
        self.width = 1


try:
    import torch.nn as deep
except ImportError:
    deep = None


class OfMaybe(deep.Module):
    def __init__(self):  # TML101
        self.width = 1


Rebound = tnn.Module
Rebound = object


class OfRebound(Rebound):
    def __init__(self):
        self.width = 1


for Looped in (object, tnn.Module):

    class OfLooped(Looped):
        def __init__(self):
            self.width = 1


class Generic(tnn.Module):
    def __init__(self, width):
        super(Generic, self).__init__()
        self.width = width


Renamed = Generic


class OfRenamed(Renamed):
    def __init__(self):  # TML101
        self.width = 1
