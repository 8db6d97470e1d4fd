"""torch's compiler left out: optimizers import it only to be told that they are not compiled, which takes seconds."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

COMPILER = "torch._dynamo"


@contextmanager
def without_compiler() -> Iterator[None]:
    """While the block runs torch's compiler, where it is not imported yet, is a module that has nothing but what
    optimizers ask it for (in `torch._disable_dynamo` and in `step`: torch 2.0 to 2.13)."""
    if COMPILER in sys.modules:
        yield
        return
    absent = types.ModuleType(COMPILER)
    absent.disable = _as_it_is  # type: ignore[attr-defined]
    absent.graph_break = lambda *told, **more: None  # type: ignore[attr-defined]
    sys.modules[COMPILER] = absent
    name = COMPILER.rpartition(".")[2]
    setattr(torch, name, absent)
    try:
        yield
    finally:
        if sys.modules.get(COMPILER) is absent:
            del sys.modules[COMPILER]
        if vars(torch).get(name) is absent:
            delattr(torch, name)


def _as_it_is(function: Callable[..., Any] | None = None, *options: Any, **more: Any) -> Any:
    return function if function is not None else lambda decorated: decorated
