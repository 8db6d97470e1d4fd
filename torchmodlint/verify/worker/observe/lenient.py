"""Construction that goes on where torch refuses to register something because nn.Module was not initialised.

Only to be used in the process that is forked for one class; what is patched is put back in any case.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn

from torchmodlint.verify.worker.observe.construction import is_initialised

REGISTRARS = ("__setattr__", "register_parameter", "register_buffer", "add_module")


@contextmanager
def stored_anyway(cls: type[nn.Module]) -> Iterator[None]:
    """While the block runs, objects of the class keep as plain attributes what torch refuses to register."""
    before = {name: getattr(nn.Module, name) for name in REGISTRARS}
    try:
        for name, original in before.items():
            setattr(nn.Module, name, _lenient(original, cls))
        yield
    finally:
        for name, original in before.items():
            setattr(nn.Module, name, original)


def _lenient(original: Callable[..., None], cls: type[nn.Module]) -> Callable[..., None]:
    @functools.wraps(original)
    def store(self: nn.Module, name: str, value: Any = None, *args: Any, **kwargs: Any) -> None:
        try:
            original(self, name, value, *args, **kwargs)
        except AttributeError:
            if not isinstance(self, cls) or is_initialised(self):
                raise
            object.__setattr__(self, name, value)

    return store
