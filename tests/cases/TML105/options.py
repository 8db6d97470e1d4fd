"""The dataclass decorator's options, and what makes a dataclass a sound module."""

import dataclasses
import dataclasses as dc
from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass
class Bare(nn.Module):  # TML105
    width: int = 1


@dataclass()
class Called(nn.Module):  # TML105
    width: int = 1


@dataclasses.dataclass
class Dotted(nn.Module):  # TML105
    width: int = 1


@dc.dataclass(eq=False)
class NoEqButNoInit(nn.Module):  # TML105
    width: int = 1


@dataclass(eq=False)
class PostInit(nn.Module):
    width: int = 1

    def __post_init__(self):
        super().__init__()
        self.proj = nn.Linear(self.width, self.width)


@dataclass(eq=False)
class PostInitByName(nn.Module):
    width: int = 1

    def __post_init__(self):
        nn.Module.__init__(self)
        self.proj = nn.Linear(self.width, self.width)


@dataclass
class PostInitUnhashable(nn.Module):  # TML105
    width: int = 1

    def __post_init__(self):
        super().__init__()
        self.proj = nn.Linear(self.width, self.width)


@dataclass(unsafe_hash=True)
class UnsafeHash(nn.Module):
    width: int = 1

    def __post_init__(self):
        super().__init__()


@dataclass(eq=True, frozen=True)
class Frozen(nn.Module):
    """A frozen one keeps a hash, and nn.Module sets its own tables around `__setattr__`."""

    width: int = 1

    def __post_init__(self):
        super().__init__()


@dataclass
class OwnHash(nn.Module):
    width: int = 1

    def __post_init__(self):
        super().__init__()

    def __hash__(self):
        return id(self)


@dataclass
class HashOfModule(nn.Module):
    width: int = 1
    __hash__ = nn.Module.__hash__

    def __post_init__(self):
        super().__init__()


@dataclass
class OwnEq(nn.Module):  # TML105
    """An own `__eq__` takes `__hash__` away as well."""

    width: int = 1

    def __post_init__(self):
        super().__init__()

    def __eq__(self, other):
        return self is other


@dataclass(eq=False)
class OwnEqNoOption(nn.Module):
    """Unhashable by its own `__eq__`, which is not the decorator's doing."""

    width: int = 1

    def __post_init__(self):
        super().__init__()

    def __eq__(self, other):
        return self is other


@dataclass(init=False, eq=False)
class OwnInitAllowed(nn.Module):
    width: int = 1

    def __init__(self, width):
        super().__init__()
        self.width = width


@dataclass(eq=False)
class WrittenInit(nn.Module):
    """A written `__init__` is kept."""

    width: int

    def __init__(self, width):
        super().__init__()
        self.width = width


@dataclass
class WrittenInitUnhashable(nn.Module):  # TML105
    width: int

    def __init__(self, width):
        super().__init__()
        self.width = width


@dataclass(eq=False)
class InitialisedInNew(nn.Module):
    proj: nn.Module

    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls)
        nn.Module.__init__(made)
        return made


@dataclass
class NewButUnhashable(nn.Module):  # TML105
    proj: nn.Module

    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls)
        nn.Module.__init__(made)
        return made


@dataclass(eq=False)
class ModuleField(nn.Module):  # TML105
    """The field is assigned before `__post_init__`."""

    proj: nn.Module

    def __post_init__(self):
        super().__init__()


@dataclass(eq=False)
class ModuleFieldNotInit(nn.Module):
    width: int
    proj: nn.Module = field(init=False)

    def __post_init__(self):
        super().__init__()
        self.proj = nn.Linear(self.width, self.width)


@dataclass(eq=False)
class ParameterField(nn.Module):  # TML105
    weight: nn.Parameter

    def __post_init__(self):
        super().__init__()


@dataclass(eq=False)
class InitVarField(nn.Module):
    """An InitVar is handed to `__post_init__` and not assigned."""

    proj: dataclasses.InitVar[nn.Module]

    def __post_init__(self, proj):
        super().__init__()
        self.proj = proj


@dataclass(eq=False)
class TensorField(nn.Module):
    value: torch.Tensor

    def __post_init__(self):
        super().__init__()
