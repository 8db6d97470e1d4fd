"""The same under bases of libraries and in odd places."""

import pytorch_lightning as pl
from torch import nn


class Lit(pl.LightningModule):
    def __init__(self, width):
        self.proj = nn.Linear(width, width)  # TML102
        super().__init__()


class OfSequential(nn.Sequential):
    def __init__(self, width):
        self.proj = nn.Linear(width, width)  # TML102
        super().__init__(nn.ReLU())


class Loop(nn.Module):
    def __init__(self, width):
        for at in range(3):
            setattr(self, f"layer_{at}", nn.Linear(width, width))  # TML102
        super().__init__()


class UnknownName(nn.Module):
    def __init__(self, name, value):
        setattr(self, name, value)
        super().__init__()


class OnlyListed(nn.Module):
    def __init__(self, width):
        self.sizes = [width for _ in range(3)]
        self.kinds = [nn.Linear, nn.ReLU]
        self.makers = {"a": lambda: nn.Linear(width, width)}
        super().__init__()


class DictOfLayers(nn.Module):
    def __init__(self, width):
        self.layers = {"a": nn.Linear(width, width)}  # TML102 TML113
        super().__init__()


class WithinWith(nn.Module):
    def __init__(self, width, scope):
        with scope:
            self.proj = nn.Linear(width, width)  # TML102
            super().__init__()


class Reached(nn.Module):
    def __init__(self, width):
        self._start()
        self.proj = nn.Linear(width, width)
        super().__init__()  # TML103

    def _start(self):
        nn.Module.__init__(self)


class SelfAgain(nn.Module):
    def __init__(self, width=None):
        if width is None:
            self.__init__(3)
            return
        super().__init__()
        self.proj = nn.Linear(width, width)
