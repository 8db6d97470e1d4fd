"""The call of the base initialiser stands in a helper."""

from torch import nn


def initialise(module):
    nn.Module.__init__(module)


def touch(module):
    module.touched = True


class ThroughMethod(nn.Module):
    def __init__(self):
        self._setup()
        self.a = nn.Linear(1, 1)

    def _setup(self):
        super().__init__()


class ThroughTwoMethods(nn.Module):
    def __init__(self):
        self._first()
        self.a = nn.Linear(1, 1)

    def _first(self):
        self._second()

    def _second(self):
        nn.Module.__init__(self)


class MethodNeverCalled(nn.Module):
    def __init__(self):  # TML101
        self.width = 1

    def _setup(self):
        super().__init__()


class ThroughFunction(nn.Module):
    def __init__(self):
        initialise(self)
        self.a = nn.Linear(1, 1)


class ThroughUnseenFunction(nn.Module):
    def __init__(self, prepare):
        prepare(self)
        self.a = nn.Linear(1, 1)


class ThroughClosure(nn.Module):
    def __init__(self):
        def run():
            nn.Module.__init__(self)

        run()
        self.a = nn.Linear(1, 1)


class ThroughLambda(nn.Module):
    def __init__(self):
        run = lambda: nn.Module.__init__(self)  # noqa: E731
        run()
        self.a = nn.Linear(1, 1)


class ThroughStatic(nn.Module):
    def __init__(self):
        self._start(self)
        self.a = nn.Linear(1, 1)

    @staticmethod
    def _start(module):
        nn.Module.__init__(module)


class ThroughClassAndMethod(nn.Module):
    def __init__(self):
        ThroughClassAndMethod._start(self)
        self.a = nn.Linear(1, 1)

    def _start(self):
        nn.Module.__init__(self)


class ThroughAlias(nn.Module):
    _init = nn.Module.__init__

    def __init__(self):
        self._init()
        self.a = nn.Linear(1, 1)


class ThroughSibling(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, width)


class ThroughAnotherClass(ThroughSibling):
    def __init__(self, width):
        ThroughSibling.__init__(self, width)


class HelperInitialisesInOneBranch(nn.Module):
    def __init__(self, deep):  # TML101
        self._setup(deep)
        self.width = 1

    def _setup(self, deep):
        if deep:
            super().__init__()


class ThroughParentsMethod(ThroughMethod):
    def __init__(self):
        self._setup()
        self.b = nn.Linear(1, 1)


class HelperOfTheFileSetsAnAttribute(nn.Module):
    def __init__(self):  # TML101
        touch(self)
        self.width = 1


class CallsInitAgain(nn.Module):
    def __init__(self, width, again=True):
        if again:
            self.__init__(width, again=False)
        else:
            super().__init__()
            self.a = nn.Linear(width, width)


class Reinitialises(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width

    def reset(self):
        self.__init__(self.width)
