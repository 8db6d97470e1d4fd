"""Every way to call a base initialiser counts, and what only looks like one does not."""

import torch
from torch import nn
from torch.nn import Module


class Short(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)


class Long(nn.Module):
    def __init__(self):
        super(Long, self).__init__()
        self.a = nn.Linear(1, 1)


class ByName(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.a = nn.Linear(1, 1)


class ByImportedName(Module):
    def __init__(self):
        Module.__init__(self)
        self.a = nn.Linear(1, 1)


class ByLongName(nn.Module):
    def __init__(self):
        torch.nn.Module.__init__(self)
        self.a = nn.Linear(1, 1)


class ByKeyword(nn.Module):
    def __init__(self):
        nn.Module.__init__(self=self)
        self.a = nn.Linear(1, 1)


class ByClassOfSelf(nn.Module):
    def __init__(self):
        super(self.__class__, self).__init__()
        self.a = nn.Linear(1, 1)


class ByTypeOfSelf(nn.Module):
    def __init__(self):
        super(type(self), self).__init__()
        self.a = nn.Linear(1, 1)


class ByDunderClass(nn.Module):
    def __init__(self):
        super(__class__, self).__init__()
        self.a = nn.Linear(1, 1)


class OtherNameForSelf(nn.Module):
    def __init__(this, width):
        super().__init__()
        this.a = nn.Linear(width, width)


class OtherNameForSelfMissing(nn.Module):
    def __init__(this, width):  # TML101
        this.width = width


class PassesSelfTwice(nn.Module):
    def __init__(self):
        super(PassesSelfTwice, self).__init__(*(), **{})
        self.a = nn.Linear(1, 1)


class ThroughVariable(nn.Module):
    def __init__(self):
        parent = super()
        parent.__init__()
        self.a = nn.Linear(1, 1)


class ThroughBoundMethod(nn.Module):
    def __init__(self):
        init = super().__init__
        init()
        self.a = nn.Linear(1, 1)


class ThroughUnboundMethod(nn.Module):
    def __init__(self):
        init = nn.Module.__init__
        init(self)
        self.a = nn.Linear(1, 1)


class ThroughBaseOfClass(nn.Module):
    def __init__(self):
        self.__class__.__bases__[0].__init__(self)
        self.a = nn.Linear(1, 1)


class ThroughDunderBase(nn.Module):
    def __init__(self):
        type(self).__base__.__init__(self)
        self.a = nn.Linear(1, 1)


class ThroughLoopOverBases(nn.Module):
    def __init__(self):
        for base in type(self).__bases__:
            base.__init__(self)
        self.a = nn.Linear(1, 1)


class ThroughMro(nn.Module):
    def __init__(self):
        for base in ThroughMro.__mro__[1:]:
            if base is nn.Module:
                base.__init__(self)
        self.a = nn.Linear(1, 1)


class ThroughGetattr(nn.Module):
    def __init__(self):
        getattr(nn.Module, "__init__")(self)
        self.a = nn.Linear(1, 1)


class ThroughWith(nn.Module):
    def __init__(self):
        with torch.no_grad():
            super().__init__()
            self.a = nn.Linear(1, 1)


class InAnExpression(nn.Module):
    def __init__(self):
        _ = super().__init__()
        self.a = nn.Linear(1, 1)


class OneArgument(nn.Module):
    def __init__(self):  # TML101
        super(OneArgument).__init__()
        self.width = 1


class NeverCalls(nn.Module):
    def __init__(self, width):  # TML101
        self.width = width


class Comment(nn.Module):
    def __init__(self, width):  # TML101
        # super().__init__()
        self.width = width


class Text(nn.Module):
    def __init__(self, width):  # TML101
        """super().__init__()"""
        self.width = width


class OfAnotherObject(nn.Module):
    def __init__(self, other):  # TML101
        nn.Module.__init__(other)
        self.width = 1


class OnlyDocstring(nn.Module):
    def __init__(self):  # TML101
        """Nothing to see."""


class OnlyPass(nn.Module):
    def __init__(self):  # TML101
        pass


class OneLine(nn.Module):
    def __init__(self): super().__init__()


class OneLineMissing(nn.Module):
    def __init__(self): self.width = 1  # TML101


class CallsOnlyReset(nn.Module):
    def __init__(self, width):  # TML101
        self.width = width
        self.reset_parameters()

    def reset_parameters(self):
        self.scale = 1.0


class NoInitAtAll(nn.Module):
    def forward(self, x):
        return x


class InitInSignature(nn.Module):
    def __init__(
        self,
        width: int,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.a = nn.Linear(width, width, bias=bias)
