"""Bases from libraries that are not installed, and ways of writing a base."""

from abc import ABCMeta

import lightning as L
import pytorch_lightning as pl
import torch.nn.modules.module as deep
from accelerate.utils import something  # noqa: F401
from six import with_metaclass
from torch import nn
from torch.nn.modules import Module
from torch_geometric.nn import MessagePassing
from transformers import PreTrainedModel
from unheard_of import Encoder


class Lit(pl.LightningModule):
    def __init__(self, rate):  # TML101
        self.rate = rate


class LitGood(L.LightningModule):
    def __init__(self, rate):
        super().__init__()
        self.save_hyperparameters()


class LitThroughUnseen(L.LightningModule):
    """A method out of sight may do anything."""

    def __init__(self, rate):
        self.start_up(rate)


class Messages(MessagePassing):
    def __init__(self):  # TML101
        self.width = 1


class Pretrained(PreTrainedModel):
    def __init__(self, config):  # TML101
        self.config = config


class OfUnheard(Encoder):
    def __init__(self):
        self.width = 1


class UnheardMixin(Encoder, nn.Module):
    """The mixin may have a `__new__`."""

    def __init__(self):
        self.width = 1


class Deep(deep.Module):
    def __init__(self):  # TML101
        self.width = 1


class OfModules(Module):
    def __init__(self):  # TML101
        self.width = 1


class WithMeta(nn.Module, metaclass=ABCMeta):
    def __init__(self):  # TML101
        self.width = 1


class WithCall(with_metaclass(ABCMeta, nn.Module)):
    def __init__(self):
        self.width = 1


class Chosen(nn.Module if something else object):
    def __init__(self):
        self.width = 1


class ByGetattr(getattr(nn, "Module")):
    def __init__(self):
        self.width = 1


BASES = (nn.Module,)


class Spread(*BASES):
    def __init__(self):
        self.width = 1


Made = type("Made", (nn.Module,), {"__init__": lambda self: None})


class OfMade(Made):
    def __init__(self):
        self.width = 1


if __name__ == "__main__":

    class InMain(nn.Module):
        def __init__(self):  # TML101
            self.width = 1


class ReturnsIt(nn.Module):
    def __init__(self):
        return super().__init__()


class NoParentheses(nn.Module):
    def __init__(self):  # TML101
        super.__init__(self)
        self.width = 1


class TwoLevels(nn.TransformerEncoderLayer):
    def __init__(self, width):
        nn.TransformerEncoderLayer.__init__(self, width, 1)
        self.width = width


class Skips(nn.TransformerEncoderLayer):
    """Goes past the library's constructor on purpose."""

    def __init__(self, width):
        nn.Module.__init__(self)
        self.width = width


class SkipsBySuper(nn.Linear):
    def __init__(self, width):
        super(nn.Linear, self).__init__()
        self.width = width
