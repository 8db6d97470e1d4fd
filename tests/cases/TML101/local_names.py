"""Names that a function binds itself."""

import torch
from torch import nn


def parameter(nn):
    class Local(nn.Module):
        def __init__(self):
            self.width = 1

    class OfLocal(Local):
        def __init__(self):
            self.width = 1

    return OfLocal


def default(base=nn.Module):
    class Local(base):
        def __init__(self):
            self.width = 1

    return Local


def assigned():
    nn = make_namespace()  # noqa: F821

    class Local(nn.Module):
        def __init__(self):
            self.width = 1

    return Local


def looped(kinds):
    for Base in kinds:

        class Local(Base):
            def __init__(self):
                self.width = 1


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)


def imports():
    import torch.nn as nn

    class Local(nn.Module):
        def __init__(self):  # TML101
            self.width = 1

    return Local


def own_class():
    class Base:
        pass

    class Local(Base):
        def __init__(self):
            self.width = 1

    return Local


def plain():
    width = 1

    class Local(Base):
        def __init__(self):  # TML101
            self.width = width

    return Local


def unpacked(pair):
    (Base, other) = pair

    class Local(Base):
        def __init__(self):
            self.width = other

    return Local


def caught():
    with open("x") as Base:

        class Local(Base):
            def __init__(self):
                self.width = 1


def inner_does_not_count():
    def helper(nn):
        return nn

    names = [nn for nn in "ab"]

    class Local(nn.Module):
        def __init__(self):  # TML101
            self.width = helper(names)

    return Local


def outer(torch_like):
    def inner():
        class Local(torch_like.nn.Module):
            def __init__(self):
                self.width = 1

        return Local

    return inner


async def asynchronous():
    class Local(torch.nn.Module):
        def __init__(self):  # TML101
            self.width = 1

    return Local
