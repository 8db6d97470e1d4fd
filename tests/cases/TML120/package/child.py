import torch
from parent import Parent


class Child(Parent):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("own", torch.zeros(width))


class Overrides(Parent):
    def __init__(self, width):
        super().__init__()
        self.own = None
        self.register_buffer("own", torch.zeros(width))  # TML120


class OwnRegistrar(Parent):
    def register_buffer(self, name, tensor):
        self.__dict__.pop(name, None)
        super().register_buffer(name, tensor)


class OfOwnRegistrar(OwnRegistrar):
    def __init__(self, width):
        super().__init__()
        self.own = None
        self.register_buffer("own", torch.zeros(width))
