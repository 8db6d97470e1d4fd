"""Receivers of which only an annotation tells what they are."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Protocol, Tuple, TypeVar, Union

import torch
from torch import nn

if TYPE_CHECKING:
    from torch.nn import Conv2d
    from torch.optim import Optimizer

M = TypeVar("M", bound=nn.Module)


class Net(nn.Module):
    def forward(self, x):
        return x


class HasForward(Protocol):
    def forward(self, x): ...


class Agent:
    def forward(self, x):
        return x


def plain(model: nn.Module, net: Net, conv: Conv2d, x):
    return model.forward(x), net.forward(x), conv.forward(x)  # TML201 TML201 TML201


def optional(a: Optional[nn.Module], b: nn.Module | None, c: Union[Net, nn.Linear], d: "Net", e: "Optional[Net]", x):
    x = a.forward(x) + b.forward(x)  # TML201 TML201
    x = c.forward(x)  # TML201
    return d.forward(x) + e.forward(x)  # TML201 TML201


def more(a: t.Optional[Net], b: t.Union["Net", None], c: torch.nn.Module = None, *, d: Net, x=None):
    return a.forward(x), b.forward(x), c.forward(x), d.forward(x)  # TML201 TML201 TML201 TML201


def undecided(a: Any, b: Union[Net, Agent], c: HasForward, d: Agent, e: Callable, f: Net | Callable, g: Optimizer, x):
    a.forward(x), b.forward(x), c.forward(x), d.forward(x)
    return e.forward(x), f.forward(x), g.forward(x)


def starred(*models: nn.Module, **named: nn.Module):
    return [model.forward(1) for model in models], named["a"].forward(1)  # TML201 TML201


def containers(a: list[nn.Module], b: List[Net], c: Dict[str, Net], d: Tuple[Net, ...], e: nn.ModuleList, x):
    for model in a:
        x = model.forward(x)  # TML201
    x = b[0].forward(x)  # TML201
    x = c["a"].forward(x)  # TML201
    x = d[0].forward(x)  # TML201
    return e[0].forward(x)  # TML201


def variables(x):
    net: Net = make()
    other: nn.Module
    other = make()
    agent: Agent = make()
    return net.forward(x), other.forward(x), agent.forward(x)  # TML201


class Attributes(nn.Module):
    declared: nn.Linear
    optional: Optional[Net]
    plain: Agent

    def __init__(self, given: nn.Module, agent: Agent, free):
        super().__init__()
        self.given = given
        self.agent = agent
        self.free = free
        self.named: Net = make()
        self.declared = make()
        self.optional = make()
        self.plain = make()

    def forward(self, x):
        x = self.given.forward(x)  # TML201
        x = self.named.forward(x)  # TML201
        x = self.declared.forward(x)  # TML201
        x = self.optional.forward(x)  # TML201
        return self.agent.forward(x) + self.plain.forward(x) + self.free.forward(x)


def result() -> Net:
    return make()


def of_result(x):
    return result().forward(x)  # TML201


def make():
    return eval("Net()")
