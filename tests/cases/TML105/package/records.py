from dataclasses import dataclass

from bases import Careless, Initialising


@dataclass(eq=False)
class Sound(Initialising):
    width: int = 1


@dataclass(eq=False)
class Unsound(Careless):  # TML105
    width: int = 1


@dataclass(eq=False)
class CallsUp(Initialising):
    width: int = 1

    def __post_init__(self):
        super().__post_init__()
        self.double = 2 * self.width


@dataclass(eq=False)
class DoesNotCallUp(Initialising):  # TML105
    width: int = 1

    def __post_init__(self):
        self.double = 2 * self.width
