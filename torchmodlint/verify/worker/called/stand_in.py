"""A module for the model's place: it takes whatever it is given, and gives tensors through weights of its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.modes.states import Recorded

WIDTH = 2  # of what it gives: as many as there are examples in a batch, so that most losses take it


class Model(Recorded):
    """A real module with dropout and batch norm. `outputs` is how many tensors a call gives.

    `doubt` is set when one of its attributes that nobody here knows is called as a method: that may set modes.
    """

    doubt: str | None = None

    def __init__(self, outputs: int = 1) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))
        self.dropout, self.norm = nn.Dropout(0.5), nn.BatchNorm1d(WIDTH)
        self.__dict__["outputs"] = outputs

    def forward(self, *arguments: Any, **keywords: Any) -> Any:
        examples = torch.ones(WIDTH, WIDTH) * self.weight
        made = [self.norm(self.dropout(examples)) for _ in range(self.outputs)]
        return made[0] if self.outputs == 1 else tuple(made)

    def load_state_dict(self, *arguments: Any, **keywords: Any) -> Any:
        return nn.modules.module._IncompatibleKeys([], [])

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name.startswith("__") or "outputs" not in self.__dict__:  # torch asks before it registers
                raise

        def method(*arguments: Any, **keywords: Any) -> Any:
            self.__dict__["doubt"] = f"its method `{name}()`, which is out of sight, may set its mode"
            return Model.forward(self)

        return method
