"""Weights that a constructor would download. There is no network, and none is needed: the layers are there before
their weights come, so the constructor is let go on without them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


@contextmanager
def without_downloads() -> Iterator[set[str]]:
    """While the block runs, torch.hub downloads nothing. A file that it would have brought is read as an empty state,
    which leaves a module as it is.

    Gives the files that were left out.
    """
    absent: set[str] = set()
    load, load_state_dict = torch.load, nn.Module.load_state_dict

    def left_out(url: str, dst: str, *args: Any, **kwargs: Any) -> None:
        absent.add(os.path.abspath(dst))

    def loaded(f: Any, *args: Any, **kwargs: Any) -> Any:
        return {} if isinstance(f, str) and os.path.abspath(f) in absent else load(f, *args, **kwargs)

    def state_loaded(self: nn.Module, state_dict: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        if absent and not state_dict:
            kwargs["strict"] = False
            args = ()
        return load_state_dict(self, state_dict, *args, **kwargs)

    ours: tuple[tuple[Any, str, Any], ...] = (
        (torch.hub, "download_url_to_file", left_out),
        (torch, "load", loaded),
        (nn.Module, "load_state_dict", state_loaded),
    )
    before = [getattr(owner, name) for owner, name, _ in ours]
    for owner, name, function in ours:
        setattr(owner, name, function)
    try:
        yield absent
    finally:
        for (owner, name, _), original in zip(ours, before, strict=True):
            setattr(owner, name, original)
