"""The layers with weights that a call reaches: which were entered with what, and which one refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from torch import nn


@dataclass
class Trace:
    """`refused` is the leaf that was entered last and never left; `given` the tensors it was called with."""

    done: int = 0
    refused: nn.Module | None = None
    given: tuple[Any, ...] = ()
    handles: list[Any] = field(default_factory=list)

    def enter(self, leaf: nn.Module, arguments: tuple[Any, ...]) -> None:
        self.refused, self.given = leaf, arguments

    def leave(self, leaf: nn.Module, arguments: tuple[Any, ...], output: Any) -> None:
        self.done += 1
        self.refused, self.given = None, ()


@contextmanager
def traced(module: nn.Module) -> Iterator[Trace]:
    """Follow one call of the module. Its hooks are as before afterwards."""
    trace = Trace()
    for leaf in leaves(module):
        try:
            trace.handles.append(leaf.register_forward_pre_hook(trace.enter))
            trace.handles.append(leaf.register_forward_hook(trace.leave))
        except Exception:  # a module whose own initialiser never ran, a scripted one
            continue
    try:
        yield trace
    finally:
        for handle in trace.handles:
            handle.remove()


def leaves(module: nn.Module) -> list[nn.Module]:
    """Modules of torch's own that have no children, in the order of registration."""
    try:
        inside = list(module.modules())
    except Exception:
        return []
    return [
        each
        for each in inside
        if each is not module
        and (type(each).__module__.startswith(("torch.nn", "einops.")) and not list(each.children()))
    ]
