from torch import nn


class Encoder(nn.Module):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.encoder = nn.Linear(width, width)


class Decoder(nn.Module):
    def __init__(self, width):
        nn.Module.__init__(self)
        self.decoder = nn.Linear(width, width)


class Named:
    def __init__(self, name):
        self.name = name
