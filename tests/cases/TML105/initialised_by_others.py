"""Decorators whose options are not written out, and initialisers that come from bases and helpers."""

from dataclasses import dataclass

from pydantic.dataclasses import dataclass as pydantic_dataclass
from torch import nn

@dataclass(eq=False)
class PostInit(nn.Module):
    width: int = 1

    def __post_init__(self):
        super().__init__()
        self.proj = nn.Linear(self.width, self.width)


OPTIONS = {"eq": False}


@dataclass(**OPTIONS)
class Unknown(nn.Module):
    width: int = 1

    def __post_init__(self):
        super().__init__()


@dataclass(eq=bool(OPTIONS))
class Computed(nn.Module):
    width: int = 1

    def __post_init__(self):
        super().__init__()


@pydantic_dataclass
class Pydantic(nn.Module):  # TML105
    width: int = 1


@dataclass
class Options:
    width: int = 1


class WithOptions(nn.Module):
    def __init__(self, options: Options):
        super().__init__()
        self.options = options


class OfDataclass(PostInit):
    def __init__(self):
        super().__init__(3)


def dataclass_like(cls):
    return cls


@dataclass_like
class NotADataclass(nn.Module):
    width: int = 1


@dataclass(eq=False)
class PostInitHelper(nn.Module):
    width: int = 1

    def __post_init__(self):
        self._start()

    def _start(self):
        super().__init__()
        self.proj = nn.Linear(self.width, self.width)


class Initialising(nn.Module):
    def __post_init__(self):
        super().__init__()


@dataclass(eq=False)
class InheritsPostInit(Initialising):
    width: int = 1


class InitialisingNew(nn.Module):
    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls)
        nn.Module.__init__(made)
        return made


@dataclass(eq=False)
class InheritsNew(InitialisingNew):
    width: int = 1


@dataclass(eq=False, repr=False)
class OfPostInit(PostInit):
    depth: int = 2


@dataclass(eq=False)
class PostInitElsewhere(nn.Module):  # TML105
    width: int = 1

    def __post_init__(self):
        self.options = Options()
        self.options.__init__(2)
