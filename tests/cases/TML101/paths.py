"""Branches, loops, early exits and handlers on the way to the base initialiser."""

import torch
from torch import nn


class BothBranches(nn.Module):
    def __init__(self, deep):
        if deep:
            super().__init__()
            self.a = nn.Linear(1, 1)
        else:
            nn.Module.__init__(self)
            self.b = nn.Linear(1, 1)


class OneBranch(nn.Module):
    def __init__(self, deep):  # TML101
        if deep:
            super().__init__()
        self.width = 1


class ElifWithoutElse(nn.Module):
    def __init__(self, mode):  # TML101
        if mode == "a":
            super().__init__()
        elif mode == "b":
            super().__init__()
        self.width = 1


class ElifAndElse(nn.Module):
    def __init__(self, mode):
        if mode == "a":
            super().__init__()
        elif mode == "b":
            super().__init__()
        else:
            raise ValueError(mode)
        self.a = nn.Linear(1, 1)


class EarlyReturn(nn.Module):
    def __init__(self, width):  # TML101
        if width is None:
            return
        super().__init__()
        self.a = nn.Linear(width, width)


class EarlyRaise(nn.Module):
    def __init__(self, width):
        if width is None:
            raise ValueError("width")
        super().__init__()
        self.a = nn.Linear(width, width)


class NotImplementedOnly(nn.Module):
    def __init__(self, width):
        raise NotImplementedError


class DocstringAndRaise(nn.Module):
    def __init__(self, width):
        """Abstract."""
        raise NotImplementedError("abstract")


class RaisesInBothArms(nn.Module):
    def __init__(self, width):
        if width:
            raise TypeError
        else:
            raise ValueError


class AlwaysImportError(nn.Module):
    def __init__(self, *args, **kwargs):
        message = "install the extra"
        raise ImportError(message)


class TryExcept(nn.Module):
    def __init__(self, width):
        try:
            super().__init__(width)
        except TypeError:
            super().__init__()
        self.a = nn.Linear(width, width)


class TryFinally(nn.Module):
    def __init__(self, width):
        try:
            self.width = int(width)
        finally:
            super().__init__()
        self.a = nn.Linear(1, 1)


class TryBodyOnly(nn.Module):
    def __init__(self, width):
        try:
            super().__init__()
        except RuntimeError as error:
            raise ValueError("no") from error
        self.a = nn.Linear(width, width)


class HandlerReraises(nn.Module):
    def __init__(self, path):
        try:
            self.size = len(path)
        except TypeError:
            raise
        super().__init__()


class Else(nn.Module):
    def __init__(self, width):
        try:
            width = int(width)
        except ValueError:
            raise TypeError from None
        else:
            super().__init__()
        self.a = nn.Linear(width, width)


class WhileTrue(nn.Module):
    def __init__(self, width):
        while True:
            super().__init__()
            break
        self.a = nn.Linear(width, width)


class ForOverSelfMadeTuple(nn.Module):
    def __init__(self, width):
        for base in (nn.Module,):
            base.__init__(self)
        self.a = nn.Linear(width, width)


class MatchAll(nn.Module):
    def __init__(self, mode):
        match mode:
            case "a":
                super().__init__()
            case _:
                super().__init__()
        self.a = nn.Linear(1, 1)


class NestedIf(nn.Module):
    def __init__(self, a, b):
        if a:
            if b:
                super().__init__()
            else:
                super().__init__()
        else:
            super().__init__()
        self.a = nn.Linear(1, 1)


class GuardedByInstance(nn.Module):
    def __init__(self):
        if not hasattr(self, "_modules"):
            super().__init__()
        self.a = nn.Linear(1, 1)


class GuardedByDict(nn.Module):
    def __init__(self):
        if "_modules" not in self.__dict__:
            super().__init__()
        self.a = nn.Linear(1, 1)


class ConditionalExpression(nn.Module):
    def __init__(self, deep):
        super().__init__() if deep else nn.Module.__init__(self)
        self.a = nn.Linear(1, 1)


class VersionBranch(nn.Module):
    def __init__(self):
        if torch.__version__ >= "2":
            super().__init__()
        else:
            nn.Module.__init__(self)
        self.a = nn.Linear(1, 1)


class AssertFirst(nn.Module):
    def __init__(self, width):
        assert width > 0
        super().__init__()
        self.a = nn.Linear(width, width)


class ContinueInLoop(nn.Module):
    def __init__(self, names):
        super().__init__()
        for name in names:
            if not name:
                continue
            setattr(self, name, nn.Linear(1, 1))


class LoopReturns(nn.Module):
    def __init__(self, names):
        super().__init__()
        for name in names:
            if name:
                return
        self.a = nn.Linear(1, 1)


class SuperAfterLoopThatReturns(nn.Module):
    def __init__(self, names):  # TML101
        if not names:
            self.empty = True
            return
        super().__init__()
        self.a = nn.Linear(1, 1)


class AfterUnreachable(nn.Module):
    def __init__(self):  # TML101
        self.width = 1
        return
        super().__init__()
