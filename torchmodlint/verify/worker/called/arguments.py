"""The arguments of a function that works with a model, by what their names, annotations and uses say."""

from __future__ import annotations

import os
import pathlib
import tempfile
from typing import Any

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.called.batches import World, batches
from torchmodlint.verify.worker.called.function import Found
from torchmodlint.verify.worker.called.stand_in import Model
from torchmodlint.verify.worker.inputs.guess import by_name
from torchmodlint.verify.worker.synth.annotations import hints_of
from torchmodlint.verify.worker.synth.vocabulary import is_like

LOSSES = ("*criterion*", "*loss*", "loss_fn", "objective")
OPTIMIZERS = ("opt", "optim", "*optimizer*", "optimiser")
SCHEDULERS = ("*scheduler*",)
DEVICES = ("device", "*_device")
TENSORS = ("x", "*input*", "*image*", "img*", "data", "batch", "y", "*target*", "*label*", "*_x", "*_y", "x_*", "y_*")
PATHS = ("*path*", "*dir", "*file*", "*folder*")
FEW = ("*epoch*", "n", "n_*", "num_*", "*step*", "*iter*", "*rank*", "k", "seed")
RATES = ("*rate*", "lr", "alpha", "beta", "gamma", "tau", "*thresh*", "temperature", "eps*")


class Loss(nn.Module):
    """The mean of the numbers that it is given."""

    def forward(self, *values: Any) -> torch.Tensor:
        given = [one.float().mean() for one in values if isinstance(one, torch.Tensor)]
        return sum(given, torch.zeros(()))


class Arguments:
    """The arguments for one function. `models` are names of modules, `names` what its annotations are written in."""

    def __init__(self, found: Found, models: frozenset[str], names: dict[str, Any]) -> None:
        self.node = found.node
        self.parameters = found.parameters
        hints = hints_of(found.function, names)
        self.hints = {one.name: hints.get(one.name) for one in self.parameters}
        self.models = {one.name for one in self.parameters if one.name in models or _is_module(self.hints[one.name])}

    @property
    def switches(self) -> list[str]:
        """The parameters that are true or false."""
        return [one.name for one in self.parameters if isinstance(one.default, bool) or self.hints[one.name] is bool]

    def make(self, world: World, outputs: int, switched: dict[str, bool]) -> tuple[list[Any], dict[str, Any]]:
        """Arguments by position and by name. Raises Inconclusive where nobody can say what one is to be."""
        given: dict[str, Any] = {}
        for one in self.parameters:
            if one.name in self.models and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
                given[one.name] = Model(outputs)
        trained = [one for model in given.values() for one in model.parameters()] or [nn.Parameter(torch.ones(1))]
        by_position: list[Any] = []
        by_keyword: dict[str, Any] = {}
        for one in self.parameters:
            if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
                continue
            if one.name in given:
                value = given[one.name]
            elif one.name in switched:
                value = switched[one.name]
            elif one.default is not one.empty:
                value = one.default
            else:
                value = self._value(one.name, world, trained)
            if one.kind is one.KEYWORD_ONLY:
                by_keyword[one.name] = value
            else:
                by_position.append(value)
        return by_position, by_keyword

    def _value(self, name: str, world: World, trained: list[nn.Parameter]) -> Any:
        hint = self.hints[name]
        loop = batches(self.node, name, world)
        if loop is not None:
            return loop
        if is_like(name, DEVICES) or hint is torch.device:
            return torch.device("cpu")
        if is_like(name, SCHEDULERS):
            return torch.optim.lr_scheduler.StepLR(torch.optim.SGD(trained, lr=0.0), 1)
        if is_like(name, OPTIMIZERS):
            return torch.optim.SGD(trained, lr=0.0)
        if is_like(name, LOSSES):
            return Loss()
        if hint is torch.Tensor or (hint is None and is_like(name, TENSORS)):
            return world.tensor(name)
        if hint is pathlib.Path or (hint in (None, str) and is_like(name, PATHS)):
            path = os.path.join(tempfile.gettempdir(), name)
            return pathlib.Path(path) if hint is pathlib.Path else path
        if hint is int or (hint is None and is_like(name, FEW)):
            return 2
        if hint is float or (hint is None and is_like(name, RATES)):
            return 0.5
        if hint is str:
            return name
        said = by_name(name) if hint is None else None
        if said is not None and said.is_tensor:
            return eval(said.expression, {"torch": torch})
        raise Inconclusive(Reason.NO_INPUTS, f"nobody can say what the argument `{name}` is to be")


def _is_module(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, nn.Module)
