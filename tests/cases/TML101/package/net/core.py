from __future__ import annotations

import torch.nn as nn


class Core(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, width)


class Lazy(nn.Module):
    def __init__(self):  # TML101
        self.width = 1


class Initialised(nn.Module):
    """Initialises in `__new__`."""

    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls)
        nn.Module.__init__(made)
        return made


class Helper:
    def start(self):
        nn.Module.__init__(self)
