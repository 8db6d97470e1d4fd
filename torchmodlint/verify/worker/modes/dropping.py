"""torch's functions that drop, replaced for a while by ones that note what they are told at one place."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch.nn import functional

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.inputs.anything import Anything
from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.modes.running import flagged_runs
from torchmodlint.verify.worker.synth.names import scope
from torchmodlint.verify.worker.synth.search import build

# Where each takes its rate, as a keyword or by position counted from 0, and its default of `training`.
ATTENTION, MULTI_HEAD = "scaled_dot_product_attention", "multi_head_attention_forward"
DROPPING = ("dropout", "dropout1d", "dropout2d", "dropout3d", ATTENTION, MULTI_HEAD)
RATES, RATE = ("p", "rate", "dp"), 0.5  # names of rates beside those that say it; the rate to try
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


def with_rates(case: Case) -> Case | None:
    """The same class, built with a rate above 0 wherever its arguments, or those of a configuration among them, have
    one that is 0; None if nowhere."""
    call = ast.parse(case.plan.call, mode="eval").body
    names = scope(case.loaded.namespace)
    if not sum(_raised(node, names) for node in ast.walk(call) if isinstance(node, (ast.Call, ast.Dict))):
        return None
    plan = replace(case.plan, call=ast.unparse(ast.fix_missing_locations(call)))
    attempt = build(case.loaded, case.cls, plan)
    if not attempt.built:
        return None
    other = Case(case.loaded, case.qualname, case.options)
    other.__dict__["attempt"] = attempt
    return other


def _raised(node: ast.Call | ast.Dict, names: dict[str, Any]) -> int:
    """Raise the rates of 0 in one call or dictionary; how many there were."""
    if isinstance(node, ast.Dict):
        keys = [getattr(key, "value", None) for key in node.keys]
        zeros = [at for at, key in enumerate(keys) if _is_rate(key) and _is_zero(node.values[at])]
        for at in zeros:
            node.values[at] = ast.Constant(RATE)
        return len(zeros)
    words = [one for one in node.keywords if _is_rate(one.arg) and _is_zero(one.value)]
    for word in words:
        word.value = ast.Constant(RATE)
    try:
        parameters = list(inspect.signature(eval(ast.unparse(node.func), names)).parameters.values())
    except Exception:  # what is called here has no signature, as many builtins
        return len(words)
    places = [at for at, one in enumerate(parameters[: len(node.args)]) if _is_rate(one.name)]
    places = [at for at in places if _is_zero(node.args[at])]
    for at in places:
        node.args[at] = ast.Constant(RATE)
    given = {one.name for one in parameters[: len(node.args)]} | {one.arg for one in node.keywords}
    left = [one for one in parameters if one.name not in given and _is_rate(one.name) and one.default == 0]
    left = [one for one in left if type(one.default) in (int, float)]
    node.keywords += [ast.keyword(one.name, ast.Constant(RATE)) for one in left]
    return len(words) + len(places) + len(left)


def _is_rate(name: object) -> bool:
    return isinstance(name, str) and ("drop" in name or name in RATES)


def _is_zero(node: ast.expr) -> bool:
    value = getattr(node, "value", None)
    return type(value) in (int, float) and value == 0


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
                told.extend(_told(name, real, arguments, keywords, result))
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


def _told(
    name: str, real: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any], result: Any
) -> Iterator[Told]:
    """What it was told; nothing when that is a stand-in, of which nothing is known."""
    if name == ATTENTION:
        rate = keywords.get("dropout_p", arguments[4] if len(arguments) > 4 else 0.0)
        if type(rate) is not Anything:
            yield Told(name, float(rate), True, None, True)
        return
    bound = inspect.signature(real).bind(*arguments, **keywords)
    bound.apply_defaults()
    given = bound.arguments
    rate = given.get("p", given.get("dropout_p", given.get("upper", 0.0)))
    before = given.get("input")
    if Anything in (type(rate), type(given["training"])):
        return
    known = Anything not in (type(before), type(result))
    comparable = known and isinstance(before, torch.Tensor) and isinstance(result, torch.Tensor) and before.numel() > 0
    zeros = None
    if comparable and name != MULTI_HEAD and not given.get("inplace"):
        zeros = round(float(((result == 0) & (before != 0)).float().mean()), 3)
    changed = not comparable or not torch.equal(torch.as_tensor(before), result)
    yield Told(name, float(rate), bool(given["training"]), zeros, changed)
