"""Carrying a plan out: its arguments one by one, then the constructor, so that what it leaves behind is kept."""

from __future__ import annotations

import ast
import collections
import random
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.importer.shims import as_script, without_cuda
from torchmodlint.verify.worker.importer.stubs import taken
from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.clock import TookTooLong, limited
from torchmodlint.verify.worker.synth.fills import quick_fills
from torchmodlint.verify.worker.synth.names import np, scope
from torchmodlint.verify.worker.synth.plan import Attempt, Plan
from torchmodlint.verify.worker.synth.weights import without_downloads

SEED = 0


def build(loaded: Loaded, cls: type[nn.Module], plan: Plan, seconds: float = 0.0) -> Attempt:
    """Carry a plan out once, from the same random state each time. What it raises is in the attempt, TookTooLong
    when it took longer than `seconds` (0 for no limit)."""
    attempt = Attempt(plan)
    taken.clear()
    with (
        same_start(),
        quick_fills(),
        without_downloads() as left_out,
        torch.device("meta") if plan.device == "meta" else nullcontext(),
    ):
        try:
            with limited(seconds):
                _carry_out(loaded, cls, plan, attempt)
        except (Exception, SystemExit, TookTooLong) as error:
            attempt.error = error
    attempt.plan = replace(plan, weights=not left_out, numbers=tuple(taken.items()))
    return attempt


def _carry_out(loaded: Loaded, cls: type[nn.Module], plan: Plan, attempt: Attempt) -> None:
    names = scope(loaded.namespace)
    tree = ast.parse(plan.call, mode="eval").body
    if not isinstance(tree, ast.Call):
        raise TypeError(f"`{plan.call}` is no call")
    function = _evaluate(tree.func, names)
    if function is not cls:
        attempt.instance = _of_class(_evaluate(tree, names), cls)
        return
    arguments: list[Any] = []
    keywords: dict[str, Any] = {}
    for argument in tree.args:
        if isinstance(argument, ast.Starred):
            arguments += list(_evaluate(argument.value, names))
        else:
            arguments.append(_evaluate(argument, names))
    for keyword in tree.keywords:
        value = _evaluate(keyword.value, names)
        keywords.update(value if keyword.arg is None else {keyword.arg: value})
    attempt.supplied = list(supplied([*arguments, *keywords.values()]))
    for value in list(attempt.supplied):
        _note_what_is_given(value, attempt.supplied)
    if type(cls).__call__ is not type.__call__:  # a metaclass with its own way to make objects
        attempt.instance = _of_class(cls(*arguments, **keywords), cls)
        return
    instance = object.__new__(cls) if cls.__new__ is object.__new__ else cls.__new__(cls, *arguments, **keywords)
    attempt.instance = _of_class(instance, cls)
    cls.__init__(attempt.instance, *arguments, **keywords)


def _evaluate(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<plan>", "eval"), names)


def _of_class(value: Any, cls: type[nn.Module]) -> nn.Module:
    if not isinstance(value, cls):
        raise TypeError(f"the call gives a {type(value).__name__}, no {cls.__name__}")
    return value


def supplied(values: list[Any], depth: int = 0) -> Iterator[Any]:
    """The tensors, modules and containers among some values, and all that are nested in them."""
    for value in values:
        if isinstance(value, (torch.Tensor, nn.Module)):
            yield value
            if isinstance(value, nn.Module):
                yield from (each for each in value.modules() if each is not value)
                yield from value.parameters()
                yield from value.buffers()
        elif isinstance(value, (list, tuple, set, frozenset)):
            yield value
            if depth < 6:
                yield from supplied(list(value), depth + 1)
        elif isinstance(value, dict):
            yield value
            if depth < 6:
                yield from supplied(list(value.values()), depth + 1)
        elif hasattr(value, "__dict__") and not isinstance(value, type) and not callable(value) and depth < 6:
            yield value
            yield from supplied(list(vars(value).values()), depth + 1)


def _note_what_is_given(value: Any, noted: list[Any]) -> None:
    """What the methods of a record of ours give, and a table for a key, was supplied as well."""

    def noting(function: Any) -> Any:
        def given(*arguments: Any, **keywords: Any) -> Any:
            result = function(*arguments, **keywords)
            noted.extend(supplied([result]))
            return result

        return given

    if isinstance(value, types.SimpleNamespace):
        fields = vars(value)
        fields.update({name: noting(each) for name, each in fields.items() if isinstance(each, types.FunctionType)})
    elif isinstance(value, collections.defaultdict) and value.default_factory is not None:
        value.default_factory = noting(value.default_factory)


@contextmanager
def same_start() -> Iterator[None]:
    """The same random state each time, no warnings, and torch's own settings as they were afterwards."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    if np is not None:
        np.random.seed(SEED)
    grad, dtype = torch.is_grad_enabled(), torch.get_default_dtype()
    torch.set_grad_enabled(True)
    try:
        with warnings.catch_warnings(), as_script(), without_cuda():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_grad_enabled(grad)
        torch.set_default_dtype(dtype)
