"""Other inputs after a refusal: from the leaf that refused, and from what Python's and torch's messages say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.inputs import changes
from torchmodlint.verify.worker.inputs.guess import by_name
from torchmodlint.verify.worker.inputs.leaves import Trace
from torchmodlint.verify.worker.inputs.shapes import shapes_for
from torchmodlint.verify.worker.inputs.spec import Given, Spec, expression
from torchmodlint.verify.worker.inputs.wordings import by_message

LAST = (nn.Linear, nn.LayerNorm, nn.RNNBase, nn.RNNCellBase)  # their features are the last dimension


def repaired(
    given: Given, error: BaseException, trace: Trace, tensors: Mapping[str, Any], suspects: list[str]
) -> Iterator[Given]:
    """Changed inputs, the likeliest first. `tensors` are the objects that were made, by their names in `given`."""
    names = [name for name, spec in given.items() if spec.is_tensor]
    ordered = [name for one in suspects for name in names if name.partition(".")[0] == one]
    ordered += [name for name in names if name not in ordered]
    if trace.refused is not None:
        yield from _by_leaf(given, trace.refused, trace.given, tensors, ordered)
    message = str(error)
    yield from by_message(given, message, ordered)
    yield from _optional(given, message, suspects)
    yield from _fields(given, error)
    yield from _kinds(given, message, error, suspects)
    for name in ordered:
        if given[name].kind == "bool":
            yield {**given, name: expression(given[name].expression.replace(", dtype=torch.bool", ""))}
    for name in ordered[:2]:
        for count in (3, 4, 2, 5):
            yield from changes.dimensioned(given, [name], count)


def _by_leaf(
    given: Given, leaf: nn.Module, arguments: tuple[Any, ...], tensors: Mapping[str, Any], names: list[str]
) -> Iterator[Given]:
    met = next((each for each in arguments if isinstance(each, torch.Tensor)), None)
    if met is None:
        return
    source = next((name for name in names if _same(tensors.get(name), met)), None)
    wanted = shapes_for(leaf)
    if source is not None:
        for option in wanted:
            fitted = _fitted(given[source], tuple(met.shape), option)
            if fitted is not None:
                yield {**given, source: fitted}
            yield {**given, source: option}
        return
    for option in wanted:
        axis = -1 if isinstance(leaf, LAST) else 1
        if option.kind == "float" and met.dim() > 1 and option.shape[axis] != met.shape[axis]:
            yield from changes.rescaled(given, names, met.shape[axis], option.shape[axis])
            return
        if option.kind == "long" and not met.is_floating_point():
            for name in names:
                if given[name].kind == "long":
                    yield {**given, name: given[name].of("long", option.high)}


def _fitted(spec: Spec, met: tuple[int, ...], option: Spec) -> Spec | None:
    """The shape that was met with the option's number of features, where nothing else is wrong."""
    if option.kind != spec.kind or len(met) != len(option.shape) or spec.shape != met:
        return None
    axes = [axis for axis in range(1, len(met)) if met[axis] != option.shape[axis]]
    return spec.shaped(*(option.shape[a] if a in (axes[-1:] or [0]) else size for a, size in enumerate(met)))


def _same(ours: Any, met: torch.Tensor) -> bool:
    """Is this our tensor, or a view of it?"""
    if not isinstance(ours, torch.Tensor):
        return False
    if ours is met:
        return True
    try:
        return ours.untyped_storage().data_ptr() == met.untyped_storage().data_ptr()
    except Exception:
        return False


def _like(given: Given) -> Spec:
    """What one more tensor would be: the same as the first."""
    return next((spec for spec in given.values() if spec.kind == "float" and spec.shape), Spec(shape=(2, 16, 32)))


def _optional(given: Given, message: str, suspects: list[str]) -> Iterator[Given]:
    """An optional input that is not so optional: its None was met, or the message asks for it."""
    words = set(re.findall(r"\w+", message))
    for name in [each for each in suspects if each not in given][:3]:
        if "None" in message or name in words:
            yield {**given, name: by_name(name) or _like(given)}


def _fields(given: Given, error: BaseException) -> Iterator[Given]:
    """A field that a dictionary or an object of ours lacks."""
    lacking = None
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        lacking = error.args[0]
    elif isinstance(error, AttributeError) and type(getattr(error, "obj", None)).__name__ == "SimpleNamespace":
        lacking = error.name
    if lacking is not None:
        for owner in dict.fromkeys(name.partition(".")[0] for name in given if "." in name):
            yield {**given, f"{owner}.{lacking}": by_name(lacking) or _like(given)}


def _kinds(given: Given, message: str, error: BaseException, suspects: list[str]) -> Iterator[Given]:
    """Something else where a tensor was, or a tensor where something else was."""
    wanted: list[tuple[bool, str]] = [
        (any(each in message for each in ("string or bytes-like", "expected str", "must be str")), "'a b c'"),
        ("not callable" in message, "nn.Identity()"),
        (any(each in message for each in ("interpreted as an integer", "must be int", "expected int")), "2"),
    ]
    for name in [each for each in suspects if each in given][:2]:
        spec = given[name]
        for asked, text in wanted:
            if asked:
                yield {**given, name: expression(text)}
        if spec.is_tensor and ("list" in message or "tuple" in message or isinstance(error, IndexError)):
            yield {**given, name: expression(f"[{', '.join([spec.expression] * 3)}]")}
        if not spec.is_tensor and ("Tensor" in message or spec.expression == "None"):
            yield {**given, name: _like(given)}
