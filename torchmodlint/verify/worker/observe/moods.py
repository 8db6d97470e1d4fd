"""Does a module act differently in training and in evaluation?"""

from __future__ import annotations

from torch import nn

from torchmodlint.verify.worker.observe.hidden import submodules

# torch's own modules that look at `training`, beside the base classes of all dropouts and norms.
MOODY = ("dropout", "batchnorm", "instancenorm", "rnn", "transformer")
MOODY_ACTIVATIONS = ("RReLU", "MultiheadAttention")


def has_mode(module: nn.Module) -> bool:
    """Does it, or a part of it, act differently in training?"""
    return any(reads_mode(part) for _, part in submodules(module))


def reads_mode(module: nn.Module) -> bool:
    """Does the module itself read `self.training`? torch's classes are known; others are asked for their code."""
    cls = type(module)
    for base in cls.__mro__:
        home = base.__module__
        if home.startswith("torch.nn.modules."):
            return home.rpartition(".")[2] in MOODY or cls.__name__ in MOODY_ACTIVATIONS
        if base is nn.Module or home.startswith("torch."):
            continue
        for value in vars(base).values():
            code = getattr(value, "__code__", None)
            if code is not None and "training" in code.co_names:
                return True
    return False
