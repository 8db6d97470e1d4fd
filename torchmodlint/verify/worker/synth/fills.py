"""Random numbers for large tensors, the quick way.

Nearly all the time that a large module takes to be built goes into its first weights, and no verdict depends on these:
a block of them is drawn, and repeated. Tensors of up to one block are as always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

BLOCK = 1 << 18  # elements
METHODS = ("uniform_", "normal_")  # in which torch's initialisers end


@contextmanager
def quick_fills() -> Iterator[None]:
    """While the block runs, a large tensor on the CPU is filled block by block."""
    for name in METHODS:
        setattr(torch.Tensor, name, _quick(getattr(torch._C.TensorBase, name)))
    try:
        yield
    finally:
        for name in METHODS:
            delattr(torch.Tensor, name)  # which had it from its base


def _quick(original: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    def fill(tensor: torch.Tensor, *arguments: Any, **keywords: Any) -> torch.Tensor:
        if not _is_large(tensor):
            return original(tensor, *arguments, **keywords)
        flat = tensor.detach().view(-1)
        first = original(flat[:BLOCK], *arguments, **keywords)
        for start in range(BLOCK, len(flat), BLOCK):
            piece = flat[start : start + BLOCK]
            piece.copy_(first[: len(piece)])
        return tensor

    return fill


def _is_large(tensor: torch.Tensor) -> bool:
    """Is it large, and does torch not refuse to fill it?"""
    return (
        type(tensor) in (torch.Tensor, torch.nn.Parameter)
        and tensor.device.type == "cpu"
        and tensor.layout is torch.strided
        and tensor.is_contiguous()
        and tensor.numel() > BLOCK
        and not (tensor.requires_grad and torch.is_grad_enabled())
    )
