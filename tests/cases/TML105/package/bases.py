from torch import nn


class Initialising(nn.Module):
    def __post_init__(self):
        super().__init__()


class Careless(nn.Module):
    def __post_init__(self):
        self.ready = True
