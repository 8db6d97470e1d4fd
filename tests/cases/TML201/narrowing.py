"""isinstance, assert and cast tell what a receiver is."""

from typing import cast

import torch
from torch import nn


class Agent:
    def forward(self, x):
        return x


def asserted(model, x):
    assert isinstance(model, nn.Module)
    return model.forward(x)  # TML201


def asserted_with_message(model, x):
    assert isinstance(model, (nn.Linear, nn.Conv2d)), "a layer"
    return model.forward(x)  # TML201


def asserted_with_more(model, x):
    assert model is not None and isinstance(model, nn.Module)
    return model.forward(x)  # TML201


def asserted_either(model, x):
    assert isinstance(model, nn.Module) or callable(model)
    return model.forward(x)


def asserted_other(model, x):
    assert isinstance(model, (nn.Module, Agent))
    return model.forward(x)


def cast_to(model, x):
    return cast(nn.Module, model).forward(x), cast("nn.Linear", model).forward(x)  # TML201 TML201


def branch(model, x):
    if isinstance(model, nn.Module):
        return model.forward(x)  # TML201
    return model.forward(x)


def branch_with_more(model, x):
    if x is not None and isinstance(model, nn.Linear):
        x = model.forward(x)  # TML201
    elif isinstance(model, Agent):
        x = model.forward(x)
    elif isinstance(model, nn.Conv2d):
        x = model.forward(x)  # TML201
    else:
        x = model.forward(x)
    return model.forward(x)


def early_exit(model, x):
    if not isinstance(model, nn.Module):
        raise TypeError
    return model.forward(x)  # TML201


def negated(model, x):
    if not isinstance(model, nn.Module):
        return model.forward(x)
    else:
        return model.forward(x)  # TML201


def alternatives(model, x):
    if isinstance(model, nn.Linear) or x is None:
        return model.forward(x)
    return x


def loop(modules, x):
    for module in modules:
        if isinstance(module, nn.Conv2d):
            x = module.forward(x)  # TML201
        x = module.forward(x)
    return x


def over_children(model: nn.Module, x):
    for child in model.children():
        x = child.forward(x)  # TML201
    for name, child in model.named_modules():
        x = child.forward(x)  # TML201
    return [module.forward(x) for module in model.modules()]  # TML201


class Held:
    def __init__(self, model):
        assert isinstance(model, nn.Module)
        self.model = model
        self.other = model

    def run(self, x):
        if isinstance(self.other, torch.nn.DataParallel):
            self.other.forward(x)  # TML201
        return self.model.forward(x)  # TML201
