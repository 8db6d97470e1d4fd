"""Typing-only definitions of `__init__` beside the real one."""

import typing
from typing import overload

from torch import nn


class Overloaded(nn.Module):
    @overload
    def __init__(self, width: int): ...

    @overload
    def __init__(self, width: str): ...

    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(int(width), 1)


class OverloadedMissing(nn.Module):
    @typing.overload
    def __init__(self, width: int): ...

    @typing.overload
    def __init__(self, width: str): ...

    def __init__(self, width):  # TML101
        self.width = int(width)


class UnderTypeChecking(nn.Module):
    if typing.TYPE_CHECKING:

        def __init__(self, width: int): ...


class TypeCheckingAndReal(nn.Module):
    if typing.TYPE_CHECKING:

        def __init__(self, width: int): ...

    else:

        def __init__(self, *args):
            super().__init__()
            self.a = nn.Linear(*args)
