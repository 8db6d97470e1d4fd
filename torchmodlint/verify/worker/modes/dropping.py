"""torch's functions that drop, replaced for a while by ones that note what they are told at one place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.modes.running import flagged_runs

# Where each takes its rate, as a keyword or by position counted from 0, and its default of `training`.
ATTENTION, MULTI_HEAD = "scaled_dot_product_attention", "multi_head_attention_forward"
DROPPING = ("dropout", "dropout1d", "dropout2d", "dropout3d", ATTENTION, MULTI_HEAD)
SLEEPING = ("alpha_dropout", "feature_alpha_dropout", "rrelu", "rrelu_")


@dataclass
class Told:
    """What a function was told at the flagged place. `zeros` is the share of zeros that it added."""

    name: str
    rate: float
    training: bool
    zeros: float | None
    changed: bool

    @property
    def acts(self) -> bool:
        return self.training and self.rate > 0


@contextmanager
def listening(loaded: Loaded, question: Question) -> Iterator[list[Told]]:
    """What the flagged call is told, while the block runs. Names under which the file knows the functions count too."""
    told: list[Told] = []
    replaced: list[tuple[Any, str, Any]] = []
    busy = False

    def listener(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def listen(*arguments: Any, **keywords: Any) -> Any:
            nonlocal busy
            inner, busy = busy, True  # torch's functions call each other
            try:
                result = real(*arguments, **keywords)
            finally:
                busy = inner
            if not inner and flagged_runs(loaded.job, question, whole=True):
                told.append(_told(name, real, arguments, keywords, result))
            return result

        return listen

    for name in (*DROPPING, *SLEEPING):
        real = getattr(functional, name, None)
        if real is None:
            continue
        instead = listener(name, real)
        replaced.append((functional, name, real))
        setattr(functional, name, instead)
        for alias in [alias for alias, value in loaded.namespace.items() if value is real]:
            replaced.append((loaded.namespace, alias, real))
            loaded.namespace[alias] = instead
    try:
        yield told
    finally:
        for owner, name, real in replaced:
            if isinstance(owner, dict):
                owner[name] = real
            else:
                setattr(owner, name, real)


def _told(name: str, real: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any], result: Any) -> Told:
    if name == ATTENTION:
        rate = keywords.get("dropout_p", arguments[4] if len(arguments) > 4 else 0.0)
        return Told(name, float(rate), True, None, True)
    bound = inspect.signature(real).bind(*arguments, **keywords)
    bound.apply_defaults()
    given = bound.arguments
    rate = given.get("p", given.get("dropout_p", given.get("upper", 0.0)))
    before = given.get("input")
    comparable = isinstance(before, torch.Tensor) and isinstance(result, torch.Tensor) and before.numel() > 0
    zeros = None
    if comparable and name != MULTI_HEAD and not given.get("inplace"):
        zeros = round(float(((result == 0) & (before != 0)).float().mean()), 3)
    changed = not comparable or not torch.equal(before, result)
    return Told(name, float(rate), bool(given["training"]), zeros, changed)
