"""Names taken by the class body, a parent, a module; and registering that is not refused."""

import torch
from torch import nn


class BeforeInit(nn.Module):
    """The initialiser does not clear plain attributes."""

    def __init__(self, width):
        self.table = None
        super().__init__()
        self.register_buffer("table", torch.zeros(width))  # TML120


class OnAnotherObject(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        self.proj = nn.Linear(width, width)
        self.proj.register_buffer("table", self.table)


class ClassAttribute(nn.Module):
    """hasattr() sees class attributes too."""

    table = None

    def __init__(self, width):
        super().__init__()
        self.register_buffer("table", torch.zeros(width))  # TML120


class ClassAnnotation(nn.Module):
    table: torch.Tensor

    def __init__(self, width):
        super().__init__()
        self.register_buffer("table", torch.zeros(width))


class Method(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("table", torch.zeros(width))  # TML120

    def table(self):
        return 1


class Loop(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        for name in ("mean", "std"):
            self.register_buffer(name, torch.zeros(width))


class Formatted(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table_0 = torch.zeros(width)
        self.register_buffer(f"table_{width}", torch.zeros(width))


class Helper(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = None
        self._build(width)

    def _build(self, width):
        self.register_buffer("table", torch.zeros(width))  # TML120


class LaterMethod(nn.Module):
    """Outside the constructor anything may have happened before."""

    def __init__(self, width):
        super().__init__()
        self.table = None

    def build(self, width):
        del self.table
        self.register_buffer("table", torch.zeros(width))


class OwnRegister(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        self.register_buffer("table", self.table)

    def register_buffer(self, name, tensor, persistent=True):
        self.__dict__.pop(name, None)
        super().register_buffer(name, tensor, persistent)


class Unknown(nn.Module):
    def __init__(self, width, make):
        super().__init__()
        self.table = make(width)
        self.register_buffer("table", torch.zeros(width))


class ModuleFirst(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)
        self.add_module("proj", nn.ReLU())


class ModuleThenBuffer(nn.Module):
    """Registered as a module, so that a buffer of the name is refused."""

    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)
        self.register_buffer("proj", torch.zeros(width))  # TML120


class Parent(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = None


class Child(Parent):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("table", torch.zeros(width))  # TML120


class ChildDeletes(Parent):
    def __init__(self, width):
        super().__init__()
        del self.table
        self.register_buffer("table", torch.zeros(width))


class PopsKept(nn.Module):
    def __init__(self, width):
        super().__init__()
        table = self.table = torch.zeros(width)
        del self.table
        self.register_buffer("table", table)


class TryIt(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = torch.zeros(width)
        try:
            self.register_buffer("table", torch.zeros(width))
        except KeyError:
            pass


class SetattrFirst(nn.Module):
    def __init__(self, width):
        super().__init__()
        setattr(self, "table", torch.zeros(width))
        self.register_buffer("table", torch.zeros(width))  # TML120
