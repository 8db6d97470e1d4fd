"""Calls that address the wrong class, and attributes that come from somewhere else."""

from torch import nn


class Base(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)
        self.scale = 1.0

    def forward(self, x):
        return self.proj(x)

    def describe(self):
        return str(self.proj)


class Stranger(nn.Module):
    pass


class WrongClass(nn.Module):
    def __init__(self):
        super(Stranger, self).__init__()  # TML104
        self.a = nn.Linear(1, 1)


class OldName(nn.Module):
    def __init__(self):
        super(NameBeforeRenaming, self).__init__()  # noqa: F821  # TML104
        self.a = nn.Linear(1, 1)


class NotCalled(nn.Module):
    def __init__(self, width):
        super().__init__  # TML104
        self.width = width


class LongNotCalled(nn.Module):
    def __init__(self, width):
        super(LongNotCalled, self).__init__  # TML104
        self.width = width


class CalledLater(nn.Module):
    def __init__(self, width):
        initialise = super().__init__
        initialise()
        self.a = nn.Linear(width, width)


class Named(nn.Module):
    def __init__(self, width):
        super(Named, self).__init__()
        print(super().__init__)
        self.a = nn.Linear(width, width)


class TypeOfSelf(Base):
    def __init__(self, width):
        super(type(self), self).__init__(width)


class ReadGuarded(Base):
    def __init__(self, width):
        super(Base, self).__init__()
        self.gate = nn.Linear(width, width)

    def forward(self, x):
        if hasattr(self, "proj"):
            x = self.proj(x)
        return self.gate(x)


class ReadThroughGetattr(Base):
    def __init__(self, width):
        super(Base, self).__init__()

    def forward(self, x):
        proj = getattr(self, "proj", None)
        return x if proj is None else proj(x)


class ReadInTry(Base):
    def __init__(self, width):
        super(Base, self).__init__()

    def forward(self, x):
        try:
            return self.proj(x)
        except AttributeError:
            return x


class OneBranchSkips(Base):
    def __init__(self, width, full):
        if full:
            super().__init__(width)
        else:
            super(Base, self).__init__()
            self.proj = nn.Identity()


class CopiedState(Base):
    def __init__(self, other):
        super(Base, self).__init__()
        self.__dict__.update(other.__dict__)


class TakesModules(Base):
    def __init__(self, other):
        super(Base, self).__init__()
        self._modules = other._modules


class Loaded(Base):
    def __init__(self, width, other):
        super(Base, self).__init__()
        for name, child in other.named_children():
            setattr(self, name, child)


class HasDefaults(nn.Module):
    def __init__(self):
        super().__init__()
        self.rate = 0.5
        self.cache = None

    def forward(self, x):
        return x * self.rate


class SkipsNumbers(HasDefaults):
    """Registered nothing, so the row does not speak of it."""

    def __init__(self):
        super(HasDefaults, self).__init__()


class Optional(nn.Module):
    def __init__(self, width, deep=False):
        super().__init__()
        if deep:
            self.deep = nn.Linear(width, width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        return self.proj(x)


class SetByAnother(Base):
    def __init__(self, width, build):
        super(Base, self).__init__()
        build(self)


class SetOutside(Base):
    def __init__(self, width):
        super(Base, self).__init__()

    @classmethod
    def of(cls, proj):
        made = cls(1)
        made.proj = proj
        return made


class SetInMethod(Base):
    def __init__(self, width):
        super(Base, self).__init__()

    def use(self, proj):
        self.proj = proj


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.two = nn.Linear(1, 1)


class ByNames(Base, Two):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.one = nn.Linear(width, width)

    def forward(self, x):
        return self.one(x)


class SiblingSkip(Base, Two):
    """super(Base, self) goes on to Two, whose constructor runs."""

    def __init__(self, width):
        super(Base, self).__init__()
        self.one = nn.Linear(width, width)

    def forward(self, x):
        return self.one(self.two(x))


def local():
    class Local(Base):
        def __init__(self):
            super(Local, self).__init__(1)

    class OfLocal(Local):
        def __init__(self):
            super(Local, self).__init__(2)

    return OfLocal


class Outer:
    class Inner(nn.Module):
        def __init__(self):
            super(Outer.Inner, self).__init__()
            self.a = nn.Linear(1, 1)

    class BareInner(nn.Module):
        """NameError at run time; Python does not look into the outer class."""

        def __init__(self):
            super().__init__()


class RedefinedName(nn.Module):
    def __init__(self):
        super(RedefinedName, self).__init__()
        self.a = nn.Linear(1, 1)


Alias = Base


class ByAlias(Alias):
    def __init__(self, width):
        super(Alias, self).__init__()  # TML104
        self.gate = nn.Linear(width, width)
