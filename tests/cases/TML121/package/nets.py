from layers import SHARED, Gate, Shift, make_gate
from torch import nn


class Net(nn.Module):
    gate = Gate()  # TML121
    shift = Shift(1)


class Made(nn.Module):
    """What a function of another file gives is not followed here."""

    gate = make_gate()
    shared = SHARED


class Passes(nn.Module):
    gate = Gate()

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(self.gate, nn.ReLU())


class PassesByClass(nn.Module):
    gate = Gate()

    def __init__(self):
        super().__init__()
        self.add_module("gated", PassesByClass.gate)


class OnlyInitialises(nn.Module):
    gate = Gate()  # TML121

    def __init__(self):
        super().__init__()
        nn.init.zeros_(self.gate.proj.weight)
