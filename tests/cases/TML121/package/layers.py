from torch import nn


class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(1, 1)


class Shift(nn.Module):
    def __init__(self, by):
        super().__init__()
        self.by = by


def make_gate():
    return Gate()


SHARED = Gate()
