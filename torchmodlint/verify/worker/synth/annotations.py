"""What an annotation says a value must be."""

from __future__ import annotations

import collections.abc
import enum
import inspect
import numbers
import os
import pathlib
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.synth.vocabulary import SIZE, by_name

SEQUENCES = (
    list,
    tuple,
    set,
    frozenset,
    collections.abc.Sequence,
    collections.abc.Iterable,
    collections.abc.Collection,
)
MAPPINGS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
Make = Callable[[type], list[str]]  # the expressions that build an object of a class


def hints_of(function: Any, scope: dict[str, Any]) -> dict[str, Any]:
    """The annotations of a function, each evaluated alone, so that one that cannot be spoils no other."""
    found: dict[str, Any] = {}
    inner = inspect.unwrap(function) if callable(function) else function
    names = {**scope, **getattr(inner, "__globals__", {})}
    for name, annotation in getattr(inner, "__annotations__", {}).items():
        if isinstance(annotation, str):
            try:
                annotation = eval(annotation, names)
            except Exception:
                continue
        found[name] = annotation
    return found


def values_for(annotation: Any, name: str, make: Make, depth: int = 0) -> Iterator[str]:
    """Expressions of the kind that the annotation names, the likeliest first."""
    if depth > 4 or annotation is Any or annotation is inspect.Parameter.empty:
        return
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        yield from values_for(arguments[0], name, make, depth + 1)
    elif origin is typing.Literal:
        yield from (repr(each) for each in arguments)
    elif origin is typing.Union or isinstance(annotation, types.UnionType):
        for each in sorted(arguments, key=_plainness):
            yield from values_for(each, name, make, depth + 1)
    elif annotation is None or annotation is type(None):
        yield "None"
    elif origin in SEQUENCES or annotation in SEQUENCES:
        yield from _sequence(origin or annotation, arguments, name, make, depth)
    elif origin in MAPPINGS or annotation in MAPPINGS:
        key = next(values_for(arguments[0], "key", make, depth + 1), "'a'") if arguments else "'a'"
        value = next(values_for(arguments[1], name, make, depth + 1), SIZE) if len(arguments) > 1 else SIZE
        yield "{" + f"{key}: {value}" + "}"
        yield "{}"
    elif origin is type or annotation is type:
        wanted = arguments[0] if arguments else nn.Module
        yield from _classes(wanted, name)
    elif origin is collections.abc.Callable or annotation in (
        collections.abc.Callable,
        typing.Callable,
        types.FunctionType,
    ):
        yield from _callables(arguments, name)
    elif isinstance(annotation, typing.TypeVar):
        bound = annotation.__bound__ or (annotation.__constraints__[0] if annotation.__constraints__ else None)
        if bound is not None:
            yield from values_for(bound, name, make, depth + 1)
    elif isinstance(annotation, type):
        yield from _plain(annotation, name, make)
    elif hasattr(annotation, "__supertype__"):
        yield from values_for(annotation.__supertype__, name, make, depth + 1)


def _plainness(annotation: Any) -> int:
    """None comes last in a union, and what is easily made before what is not."""
    if annotation is type(None) or annotation is None:
        return 3
    if annotation in (int, float, bool, str):
        return 0
    return 1 if typing.get_origin(annotation) or annotation in (list, tuple, dict) else 2


def _plain(kind: type, name: str, make: Make) -> Iterator[str]:
    said = by_name(name)
    if issubclass(kind, enum.Enum):
        yield from make(kind)
    elif kind is bool:
        yield said if said in ("True", "False") else "False"
        yield "True" if said != "True" else "False"
    elif issubclass(kind, int) or kind is numbers.Integral:
        yield said if said is not None and said.isdigit() else SIZE
    elif issubclass(kind, float) or kind in (numbers.Number, numbers.Real):
        yield said if said is not None and _is_number(said) else "0.5"
    elif kind is str:
        if said is not None and said.startswith("'"):
            yield said
        yield "'relu'"
    elif kind is torch.Tensor or kind is nn.Parameter:
        made = "torch.randn(32, 32)" if "matrix" in name or "adj" in name else "torch.randn(32)"
        yield made if kind is torch.Tensor else f"nn.Parameter({made})"
        yield "torch.tensor(0.5)"
    elif kind is torch.device:
        yield "torch.device('cpu')"
    elif kind is torch.dtype:
        yield "torch.float32"
    elif kind is torch.Size:
        yield "torch.Size([3, 32, 32])"
    elif kind is pathlib.Path or kind is os.PathLike:
        yield "Path('.')"
    elif kind is nn.Module:
        yield "nn.Linear(32, 32)"
        yield "nn.Identity()"
    elif kind is object or kind.__module__ in ("typing", "abc"):
        return
    else:
        yield from make(kind)


def _sequence(kind: Any, arguments: tuple[Any, ...], name: str, make: Make, depth: int) -> Iterator[str]:
    single = name.rstrip("s") if name.endswith("s") else name
    brackets = "()" if kind is tuple else "[]"
    if kind in (set, frozenset):
        brackets = "{}"
    if kind is tuple and arguments and Ellipsis not in arguments:
        elements = [next(values_for(each, single, make, depth + 1), SIZE) for each in arguments]
    else:
        said = by_name(single) or SIZE
        element = next(values_for(arguments[0], single, make, depth + 1), SIZE) if arguments else said
        elements = [element] * (3 if depth == 0 else 2)
    inside = ", ".join(elements) + ("," if kind is tuple and len(elements) == 1 else "")
    yield brackets[0] + inside + brackets[1]


def _classes(wanted: Any, name: str) -> Iterator[str]:
    if (
        isinstance(wanted, type)
        and wanted is not nn.Module
        and issubclass(wanted, nn.Module)
        and wanted.__module__.startswith("torch.nn")
    ):
        yield f"nn.{wanted.__name__}"
    if "norm" in name:
        yield "nn.BatchNorm2d"
        yield "nn.LayerNorm"
    if "act" in name or "nonlin" in name:
        yield "nn.ReLU"
    yield "nn.Identity"


def _callables(arguments: tuple[Any, ...], name: str) -> Iterator[str]:
    result = arguments[1] if len(arguments) == 2 else None
    if "norm" in name:
        yield "nn.BatchNorm2d"
        yield "nn.LayerNorm"
    if isinstance(result, type) and issubclass(result, nn.Module):
        yield "nn.ReLU" if "act" in name else "nn.Identity"
    if "act" in name or "nonlin" in name:
        yield "nn.ReLU" if "layer" in name else "torch.relu"
    yield "nn.Identity()"
    yield "nn.Identity"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
