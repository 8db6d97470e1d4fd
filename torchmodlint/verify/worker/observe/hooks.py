"""Calls of `forward` that pass the hooks by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from torch import nn


@dataclass
class Direct:
    """What one place in the code calls: the receivers of `.forward`, and whether their hooks fired meanwhile."""

    passed_by: list[nn.Module] = field(default_factory=list)
    fired: list[nn.Module] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)

    def see(self, receiver: Any) -> Any:
        """Something to take the receiver's place: its `forward` notes whether a hook on the receiver fires."""
        if not isinstance(receiver, nn.Module):
            self.others.append(receiver)
            return receiver
        forward = receiver.forward
        return SimpleNamespace(forward=lambda *args, **kwargs: self._called(receiver, forward, args, kwargs))

    def _called(self, receiver: nn.Module, forward: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        calls: list[int] = []
        handle = receiver.register_forward_pre_hook(lambda *_: calls.append(1))
        try:
            result = forward(*args, **kwargs)
        except Exception:
            if type(receiver).__module__.startswith("torch.nn.") and not calls:
                self.passed_by.append(receiver)  # its forward was entered, and torch's layers do not call themselves
            raise
        finally:
            handle.remove()
        (self.fired if calls else self.passed_by).append(receiver)
        return result
