"""Which class's `__init__` runs: mixins, diamonds, generics, nesting."""

from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from torch import nn

T = TypeVar("T")


class Plain:
    """No module, no call of super."""

    def __init__(self, name="x"):
        self.name = name


class Cooperative:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


class MixinFirst(Plain, nn.Module):
    def __init__(self):  # TML101
        super().__init__()
        self.width = 1


class MixinLast(nn.Module, Plain):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)


class CooperativeFirst(Cooperative, nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)


class BothByName(Plain, nn.Module):
    def __init__(self):
        Plain.__init__(self)
        nn.Module.__init__(self)
        self.a = nn.Linear(1, 1)


class OnlyThePlainOne(Plain, nn.Module):
    def __init__(self):  # TML101
        Plain.__init__(self)
        self.width = 1


class PastTheMixin(Plain, nn.Module):
    def __init__(self):
        super(Plain, self).__init__()
        self.a = nn.Linear(1, 1)


class NoInitMixin:
    def describe(self):
        return str(self)


class WithNoInitMixin(NoInitMixin, nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)


class WithObject(nn.Module, object):
    def __init__(self):
        super().__init__()


class ObjectInit(nn.Module):
    def __init__(self):  # TML101
        object.__init__(self)
        self.width = 1


class Abstract(nn.Module, ABC):
    @abstractmethod
    def __init__(self, width):
        raise NotImplementedError


class AbstractFirst(ABC, nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)


class AbstractMixin(ABC):
    @abstractmethod
    def size(self): ...


class WithAbstractMixin(AbstractMixin, nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)


class Sized(Protocol):
    def size(self) -> int: ...


class Typed(Generic[T], nn.Module):
    def __init__(self, value: T):
        super().__init__()
        self.value = value


class TypedLast(nn.Module, Generic[T]):
    def __init__(self, value: T):
        super().__init__()
        self.value = value


class OfGeneric(Typed[int]):
    def __init__(self):  # TML101
        self.width = 1


class OfGenericGood(Typed[int]):
    def __init__(self):
        super().__init__(1)


class Root(nn.Module):
    def __init__(self):
        super().__init__()
        self.root = nn.Linear(1, 1)


class Left(Root):
    def __init__(self):
        super().__init__()
        self.left = nn.Linear(1, 1)


class Right(Root):
    def __init__(self):
        super().__init__()
        self.right = nn.Linear(1, 1)


class Diamond(Left, Right):
    def __init__(self):
        super().__init__()
        self.bottom = nn.Linear(1, 1)


class DiamondMissing(Left, Right):
    def __init__(self):  # TML101
        self.width = 1


class Broken(nn.Module):
    def __init__(self):  # TML101
        self.width = 1


class OfBroken(Broken):
    def __init__(self):  # TML101
        super().__init__()
        self.depth = 1


class Passing(Root):
    """Inherits its `__init__`."""


class OfPassing(Passing):
    def __init__(self):
        super().__init__()
        self.depth = 1


class OfPassingMissing(Passing):
    def __init__(self):  # TML101
        self.depth = 1


class Holder(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Holder.Inner()

    class Inner(nn.Module):
        def __init__(self):  # TML101
            self.width = 1

    class GoodInner(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(1, 1)

    class OfInner(GoodInner):
        def __init__(self):  # TML101
            self.width = 1


class NotAModule:
    class Module(nn.Module):
        def __init__(self):  # TML101
            self.width = 1

    def __init__(self):
        self.module = self.Module()


def factory(base, width):
    class Made(base):
        def __init__(self):
            self.width = width

    class Sure(nn.Module):
        def __init__(self):  # TML101
            self.width = width

    class Kept(nn.Module):
        def __init__(self):
            super().__init__()
            self.width = width

    class OfKept(Kept):
        def __init__(self):  # TML101
            self.width = width

    return Made, Sure, OfKept


class InMethod:
    def make(self):
        class Local(nn.Module):
            def __init__(local):  # TML101
                local.width = 1

        return Local()


class OfLibrary(nn.Linear):
    def __init__(self, width):  # TML101
        self.width = width


class OfLibraryGood(nn.Linear):
    def __init__(self, width):
        super().__init__(width, width)


class OfSequential(nn.Sequential):
    def __init__(self, width):
        super().__init__(nn.Linear(width, width))


class OfUnknown(Undefined, nn.Module):  # noqa: F821
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)


class OfCall(make_base(), nn.Module):  # noqa: F821
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)


class OfCallMissing(make_base(), nn.Module):  # noqa: F821
    def __init__(self):
        self.width = 1
