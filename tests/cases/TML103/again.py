"""The base initialiser runs twice: when that loses something, and when it does not."""

import torch
from torch import nn


class SecondSuper(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)
        super().__init__()  # TML103


class SecondByName(nn.Module):
    def __init__(self, width):
        super(SecondByName, self).__init__()
        self.weight = nn.Parameter(torch.zeros(width))
        nn.Module.__init__(self)  # TML103


class BufferLost(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("table", torch.zeros(width))
        super().__init__()  # TML103


class NothingBetween(nn.Module):
    def __init__(self, width):
        super().__init__()
        super(NothingBetween, self).__init__()
        self.proj = nn.Linear(width, width)


class NumbersBetween(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.name = None
        nn.Module.__init__(self)
        self.proj = nn.Linear(width, width)


class SameNamesAgain(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)
        super().__init__()
        self.proj = nn.Linear(width, width)


class A(nn.Module):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.a = nn.Linear(width, width)


class B(nn.Module):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.b = nn.Linear(width, width)


class C(nn.Module):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.c = width


class Both(A, B):
    def __init__(self, width):
        A.__init__(self, width)
        B.__init__(self, width)  # TML103


class NumbersFirst(C, A):
    def __init__(self, width):
        C.__init__(self, width)
        A.__init__(self, width)


class LayersFirst(A, C):
    def __init__(self, width):
        A.__init__(self, width)
        C.__init__(self, width)  # TML103


class Mixin:
    def __init__(self, width):
        self.width = width


class WithMixin(A, Mixin):
    def __init__(self, width):
        A.__init__(self, width)
        Mixin.__init__(self, width)


class CooperativeMixin:
    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width


class WithCooperativeMixin(CooperativeMixin, nn.Module):
    """The mixin's own super() reaches nn.Module."""

    def __init__(self, width):
        nn.Module.__init__(self)
        self.proj = nn.Linear(width, width)
        CooperativeMixin.__init__(self, width)  # TML103


class CooperativeMixinLast(nn.Module, CooperativeMixin):
    """After nn.Module in the order: the mixin's super() is object."""

    def __init__(self, width):
        nn.Module.__init__(self)
        self.proj = nn.Linear(width, width)
        CooperativeMixin.__init__(self, width)


class OtherObject(nn.Module):
    def __init__(self, width, other):
        super().__init__()
        self.proj = nn.Linear(width, width)
        nn.Module.__init__(other)


class Exclusive(nn.Module):
    def __init__(self, width, deep):
        if deep:
            super().__init__()
            self.proj = nn.Linear(width, width)
        else:
            super().__init__()
            self.other = nn.Linear(width, width)


class ExclusiveByReturn(nn.Module):
    def __init__(self, width, deep):
        if deep:
            super().__init__()
            self.proj = nn.Linear(width, width)
            return
        super().__init__()
        self.other = nn.Linear(width, width)


class Handler(nn.Module):
    def __init__(self, width):
        try:
            super().__init__(width)
            self.proj = nn.Linear(width, width)
        except TypeError:
            super().__init__()
            self.proj = nn.Linear(width, width)


class Guarded(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)
        if not hasattr(self, "_modules"):
            super().__init__()


class ResetMethod(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)

    def reset(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)


class SharedLocal(nn.Module):
    def __init__(self, width):
        super().__init__()
        proj = nn.Linear(width, width)
        super().__init__()
        self.proj = proj


class Diamond(A, B):
    def __init__(self, width):
        super().__init__(width)
        self.own = nn.Linear(width, width)


class ParentThenModule(A):
    def __init__(self, width):
        A.__init__(self, width)
        nn.Module.__init__(self)  # TML103


class ModuleThenParent(A):
    def __init__(self, width):
        nn.Module.__init__(self)
        A.__init__(self, width)


class OwnThenParent(A):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.own = nn.Linear(width, width)
        A.__init__(self, width)  # TML103


class OneArgument(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)
        super(OneArgument).__init__()


class Tower(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)
        self.inner = Inner(width)


class Inner(nn.Module):
    def __init__(self, width):
        super().__init__()


class LayersInAPlainList(nn.Module):
    """A plain list survives a second run."""

    def __init__(self, width):
        super().__init__()
        layers = [nn.Linear(width, width)]
        super().__init__()
        self.layers = nn.ModuleList(layers)


class Property(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = nn.Linear(width, width).in_features
        super().__init__()
