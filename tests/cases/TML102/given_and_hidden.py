"""What comes from outside, from helpers and around `__setattr__` before the base initialiser."""

import copy
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import Parameter


class FromArgument(nn.Module):
    """The argument may be anything."""

    def __init__(self, encoder):
        self.encoder = encoder
        super().__init__()


class FromAnnotatedArgument(nn.Module):
    """An annotation is a promise that callers break, with a class for instance."""

    def __init__(self, encoder: nn.Module):
        self.encoder = encoder
        super().__init__()


class Hidden(nn.Module):
    def __init__(self, teacher: nn.Module):
        object.__setattr__(self, "teacher", teacher)
        super().__init__()


class InDict(nn.Module):
    def __init__(self, teacher):
        self.__dict__["teacher"] = teacher
        super().__init__()


class HelperBefore(nn.Module):
    def __init__(self, width):
        self._build(width)
        super().__init__()

    def _build(self, width):
        self.proj = nn.Linear(width, width)  # TML102


class HelperAfter(nn.Module):
    def __init__(self, width):
        super().__init__()
        self._build(width)

    def _build(self, width):
        self.proj = nn.Linear(width, width)


class InTry(nn.Module):
    def __init__(self, width):
        try:
            self.proj = nn.Linear(width, width)  # TML102
        except ValueError:
            pass
        super().__init__()


class Never(nn.Module):
    def __init__(self, width):  # TML101
        self.proj = nn.Linear(width, width)


class OwnSetattr(nn.Module):
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)

    def __init__(self, width):
        self.proj = nn.Linear(width, width)
        super().__init__()


class Twice(nn.Module):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.proj = nn.Linear(width, width)
        self.other = copy.deepcopy(self.proj)


class OneArgumentFirst(nn.Module):
    def __init__(self, width):
        super(OneArgumentFirst).__init__()
        self.proj = nn.Linear(width, width)  # TML102
        super().__init__()


class PropertyEarly(nn.Module):
    """nn.Module.__setattr__ looks at the value before the property is asked."""

    def __init__(self, width):
        self.head = nn.Linear(width, width)  # TML102
        super().__init__()

    @property
    def head(self):
        return self._head

    @head.setter
    def head(self, value):
        self.__dict__["_head"] = value


class PlainParentFirst:
    def __init__(self, width):
        self.width = width


class WithPlainParent(PlainParentFirst, nn.Module):
    def __init__(self, width):
        PlainParentFirst.__init__(self, width)
        self.proj = nn.Linear(width, width)  # TML102
        nn.Module.__init__(self)


class Deleted(nn.Module):
    def __init__(self, width):
        self.tmp = [width]
        del self.tmp
        super().__init__()


class Meta(type(nn.Module)):
    def __call__(cls, *args, **kwargs):
        made = cls.__new__(cls)
        nn.Module.__init__(made)
        made.__init__(*args, **kwargs)
        return made


class UnderMeta(nn.Module, metaclass=Meta):
    def __init__(self, width):
        self.proj = nn.Linear(width, width)
        super().__init__()


class ModuleTypes(nn.Module):
    def __init__(self, width):
        self.layer_type = nn.Linear
        self.act = nn.functional.relu
        self.make = lambda: nn.Linear(width, width)
        super().__init__()


class BaseSetsUp(nn.Module):
    def __init__(self):
        super().__init__()
        self.setup()

    def setup(self):
        raise NotImplementedError


class Template(BaseSetsUp):
    """The base calls back once it is initialised."""

    def __init__(self, width):
        self.width = width
        super().__init__()

    def setup(self):
        self.proj = nn.Linear(self.width, self.width)
