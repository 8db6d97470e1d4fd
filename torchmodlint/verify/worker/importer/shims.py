"""What a file may find while it is imported and its classes are built, where the real thing would cost or fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from torchmodlint.verify.worker.observe.cuda_shim import standing_in


@contextmanager
def as_script(path: str | None = None) -> Iterator[None]:
    """A command line without arguments, and no compiler: importing one costs seconds, and what it wraps stays
    what it is. Torch's settings are as before afterwards."""
    arguments, compiled, scripted = sys.argv, torch.compile, torch.jit.script
    sys.argv = [path or "script.py"]
    torch.compile = _same
    torch.jit.script = _same  # type: ignore[assignment]
    grad, dtype = torch.is_grad_enabled(), torch.get_default_dtype()
    try:
        yield
    finally:
        sys.argv = arguments
        torch.compile, torch.jit.script = compiled, scripted
        torch.set_grad_enabled(grad)
        torch.set_default_dtype(dtype)


def _same(model: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`torch.compile` and `torch.jit.script`, as decorators with or without arguments: what came is given back."""
    return model if model is not None else lambda function: function


@contextmanager
def without_cuda() -> Iterator[None]:
    """On a machine without CUDA, what asks for it gets the cpu: `.cuda()`, `.to("cuda")`, `device="cuda"`."""
    if torch.cuda.device_count() > 0:
        yield
        return
    with standing_in():
        yield
