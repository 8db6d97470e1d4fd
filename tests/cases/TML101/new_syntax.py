"""Type parameters, positional-only and starred arguments."""

from torch import nn


class Typed[T](nn.Module):
    def __init__(self, value: T):  # TML101
        self.value = value


class TypedGood[T: nn.Module](nn.Module):
    def __init__(self, value: T, /, *, width: int = 1, **options: int):
        super().__init__()
        self.value = value


class OfTyped(TypedGood[nn.Linear]):
    def __init__(self):  # TML101
        self.width = 1


class Suppressed(nn.Module):
    def __init__(self):
        try:
            super().__init__()
        except* ValueError:
            pass
        self.a = nn.Linear(1, 1)
