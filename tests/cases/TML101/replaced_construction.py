"""Something other than the body of `__init__` initialises, or runs in its place."""

import functools
from dataclasses import dataclass

import torch
from torch import nn


class Meta(type):
    def __call__(cls, *args, **kwargs):
        instance = cls.__new__(cls)
        nn.Module.__init__(instance)
        instance.__init__(*args, **kwargs)
        return instance


class UnderMeta(nn.Module, metaclass=Meta):
    def __init__(self, width):
        self.a = nn.Linear(width, width)


class BelowUnderMeta(UnderMeta):
    def __init__(self, width):
        self.b = nn.Linear(width, width)


class New(nn.Module):
    def __new__(cls, *args, **kwargs):
        instance = super().__new__(cls)
        nn.Module.__init__(instance)
        return instance

    def __init__(self, width):
        self.a = nn.Linear(width, width)


class BelowNew(New):
    def __init__(self, width):
        self.b = nn.Linear(width, width)


class NewThatOnlyMakes(nn.Module):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)

    def __init__(self, width):  # TML101
        self.width = width


class InitSubclass(nn.Module):
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        own = cls.__init__

        def init(self, *args, **kw):
            nn.Module.__init__(self)
            own(self, *args, **kw)

        cls.__init__ = init


class BelowInitSubclass(InitSubclass):
    def __init__(self, width):
        self.a = nn.Linear(width, width)


def initialised(function):
    @functools.wraps(function)
    def wrapper(self, *args, **kwargs):
        nn.Module.__init__(self)
        function(self, *args, **kwargs)

    return wrapper


class Decorated(nn.Module):
    @initialised
    def __init__(self, width):
        self.a = nn.Linear(width, width)


class DecoratedByNoGrad(nn.Module):
    @torch.no_grad()
    def __init__(self, width):  # TML101
        self.width = width


def module_class(cls):
    class Wrapped(cls):
        def __init__(self, *args, **kwargs):
            nn.Module.__init__(self)
            cls.__init__(self, *args, **kwargs)

    return Wrapped


@module_class
class ReplacedByDecorator(nn.Module):
    def __init__(self, width):
        self.a = nn.Linear(width, width)


class CopiesState(nn.Module):
    def __init__(self, other):
        self.__dict__ = other.__dict__


class UpdatesState(nn.Module):
    def __init__(self, other):
        self.__dict__.update(other.__dict__)


class UpdatesVars(nn.Module):
    def __init__(self, other):
        vars(self).update(vars(other))


class SetsState(nn.Module):
    def __init__(self, state):
        self.__setstate__(state)


class CallSuperInit(nn.Module):
    call_super_init = True

    def __init__(self, width):  # TML101
        self.width = width


@dataclass
class Options:
    width: int = 1


class SetAttributeByObject(nn.Module):
    def __init__(self, module):
        object.__setattr__(self, "module", module)
        super().__init__()


class Singleton(nn.Module):
    _instance = None

    def __new__(cls, *args, **kwargs):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance.__init__(*args, **kwargs)
        return cls._instance

    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, width)


class Assigned(nn.Module):
    def start(self, width):
        super().__init__()
        self.a = nn.Linear(width, width)

    __init__ = start


class InitFromOutside(nn.Module):
    pass


def _init(self):
    nn.Module.__init__(self)


InitFromOutside.__init__ = _init


class AsksForTheNameOfAClass(nn.Module):
    def __init__(self, loss):  # TML101
        self.kind = loss.__class__.__name__
        self.a = nn.Linear(2, 2)


class TakesAnotherClass(nn.Module):
    def __init__(self, other):
        self.__class__ = other.__class__
        self.a = nn.Linear(2, 2)


class Converted(nn.Module):
    """Given a module, it gives back that module, which was initialised."""

    def __new__(cls, *args):
        if args and isinstance(args[0], nn.Module):
            module = cls.convert(args[0])
        else:
            module = super().__new__(cls)
        return module

    def __init__(self, *args):
        self.dependents = {}


class Returned(nn.Module):
    def __new__(cls, module):
        return module

    def __init__(self, module):
        self.dependents = {}


class Counted(nn.Module):
    made = None

    def __new__(cls, *args):
        module = super().__new__(cls)
        cls.made = module
        return module

    def __init__(self, width):  # TML101
        self.a = nn.Linear(width, width)
