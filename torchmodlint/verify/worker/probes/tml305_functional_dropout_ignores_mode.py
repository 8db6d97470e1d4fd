"""Builds the class and runs `forward` on it, with torch's function replaced by one that notes what it is given at the
flagged line. Confirmed when it is told in eval mode to drop (`training=True` and a rate above 0), or, of the functions
that do nothing unless they are told to, when it is told nothing in training mode; refuted when it follows the mode.
Where no inputs get to the line, stand-ins for them may: what the function is told must come from the object itself, and
may confirm, and not refute. So may a call of the method around the line, when no code of the file calls that."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import types
from itertools import product
from typing import Any

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.inputs.ways import ways_through
from torchmodlint.verify.worker.modes.dropping import ATTENTION, SLEEPING, Told, listening, with_rates

NOT_THERE = {Reason.UNREACHED_LINE, Reason.FORWARD_FAILED, Reason.NO_INPUTS}
CLASSES = 4  # that are tried for a function outside of any


def probe(case: Case, question: Question) -> Seen:
    if question.owner is not None:
        return _through(case, question)
    why: Inconclusive | None = None
    for name in _users(case.loaded.tree, question.function or "")[:CLASSES]:
        try:
            return _through(Case(case.loaded, name, case.options), question)
        except Inconclusive as one:
            why = why or one
    raise why or Inconclusive(Reason.UNSUPPORTED, "no class of the file calls the function")


def _users(tree: ast.Module, function: str) -> list[str]:
    """The classes at module level whose code mentions the function."""
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(one, ast.Name) and one.id == function for one in ast.walk(node))
    ]


def _through(case: Case, question: Question) -> Seen:
    """By the class as it was built; where all rates are 0, built once more with the constructor's rates above 0."""
    try:
        return _as_built(case, question)
    except Inconclusive as why:
        if why.reason is not Reason.SYNTHETIC_VALUE:
            raise
        other = with_rates(case)
        if other is None:
            raise
        seen = _as_built(other, question)
        assert other.attempt.plan is not None
        return dataclasses.replace(seen, message=f"built as `{other.attempt.plan.call}`: {seen.message}")


def _as_built(case: Case, question: Question) -> Seen:
    try:
        return _with_inputs(case, question)
    except Inconclusive as why:
        found = _with_stand_ins(case, question) if why.reason in NOT_THERE else None
        if found is None:
            raise
        return found


def _with_stand_ins(case: Case, question: Question) -> Seen | None:
    """What the function is told in calls with stand-ins for the inputs, if that says anything."""
    around = question.function if question.owner and _is_entrance(case, question.function or "") else None
    for method, training in product(dict.fromkeys((None, around)), (False, True)):
        with listening(case.loaded, question) as told:
            for _ in ways_through(_in_mode(case, training), method):
                seen = next(filter(None, (_alone(one, training) for one in told)), None)
                if seen is not None:
                    what = f"`{method}` is called" if method else "it is called"
                    return dataclasses.replace(seen, message=f"{what} with stand-ins for its inputs: {seen.message}")
        if not training and any(one.training for one in told):
            raise Inconclusive(
                Reason.SYNTHETIC_VALUE, f"`{told[0].name}` gets a rate of 0 in the object as it was built"
            )
    return None


def _alone(one: Told, training: bool) -> Seen | None:
    """What is wrong with it, when it says so by itself."""
    numbers: dict[str, Any] = {"training": one.training, "rate": one.rate, "stand_ins": True}
    if one.name in SLEEPING:
        return _asleep(one.name, numbers) if training and not one.training else None
    return confirmed(_awake(one), **numbers) if one.acts and not training else None


def _is_entrance(case: Case, name: str) -> bool:
    """Is it a public method that is there to be called from outside, since no code of the file does, and not only in
    training?"""
    return (
        not name.startswith(("_", "train", "fit"))
        and "loss" not in name
        and isinstance(inspect.getattr_static(case.cls, name, None), types.FunctionType)
        and not any(isinstance(node, ast.Attribute) and node.attr == name for node in ast.walk(case.loaded.tree))
    )


def _with_inputs(case: Case, question: Question) -> Seen:
    in_eval, first = _run(case, question, training=False)
    in_training, _ = _run(case, question, training=True)
    told = [*in_eval, *in_training]
    if not told:
        raise Inconclusive(
            Reason.UNREACHED_LINE, f"the call on line {question.line} did not run, in eval mode or in training mode"
        )
    name = told[0].name
    if name in SLEEPING:
        return _sleeping(name, in_training)
    if not in_eval:
        raise Inconclusive(Reason.UNREACHED_LINE, f"the call on line {question.line} does not run in eval mode")
    return _dropping(case, question, in_eval, in_training, first)


def _sleeping(name: str, in_training: list[Told]) -> Seen:
    if not in_training:
        raise Inconclusive(Reason.UNREACHED_LINE, "the call does not run in training mode")
    first = in_training[0]
    numbers: dict[str, Any] = {"training": first.training, "rate": first.rate, "changed": first.changed}
    if first.training:
        return refuted(f"in training mode `{name}` is told training=True", **numbers)
    return _asleep(name, numbers)


def _asleep(name: str, numbers: dict[str, Any]) -> Seen:
    return confirmed(f"in training mode `{name}` is told training=False, and nothing is random", **numbers)


def _awake(one: Told) -> str:
    mode = "" if one.name == ATTENTION else " training=True and"
    return f"in eval mode `{one.name}` gets{mode} a rate of {one.rate:g}"


def _dropping(case: Case, question: Question, in_eval: list[Told], in_training: list[Told], first: Any) -> Seen:
    one = next((each for each in in_eval if each.acts), in_eval[0])
    numbers: dict[str, Any] = {"training": one.training, "rate": one.rate, "calls": len(in_eval)}
    if one.acts:
        told = _awake(one)
        if one.zeros:
            numbers["zeros"] = one.zeros
            told += f": {one.zeros:.0%} of what it gives are zeros"
        apart = _apart(first, _run(case, question, training=False, seed=1)[1])
        if apart:
            numbers["apart"] = apart
            told += f"; two calls of forward with the same input differ by up to {apart:.3g}"
        return confirmed(told, **numbers)
    if any(each.acts for each in in_training):
        return refuted(f"`{one.name}` drops in training mode and not in eval mode", **numbers)
    raise Inconclusive(
        Reason.SYNTHETIC_VALUE, f"`{one.name}` gets a rate of 0 in the object as it was built", **numbers
    )


def _run(case: Case, question: Question, training: bool, seed: int = 0) -> tuple[list[Told], Any]:
    """What the function was told at the flagged place during one call of forward, and what that gave."""
    module = _in_mode(case, training)
    arguments, keywords = case.inputs.make()
    torch.manual_seed(seed)
    result = None
    with listening(case.loaded, question) as told, case.forward_failing_is_fine(), torch.no_grad():
        result = module(*arguments, **keywords)
    return told, result


def _in_mode(case: Case, training: bool) -> nn.Module:
    """An object in the mode, set as the user would do it, so that an override has its say."""
    module = case.fresh()
    nn.Module.train(module, training)
    try:
        module.train(training)
    except Exception:
        nn.Module.train(module, training)
    return module


def _apart(first: Any, second: Any) -> float:
    """The greatest difference between the tensors in two results; 0 where they cannot be compared."""
    if isinstance(first, torch.Tensor) and isinstance(second, torch.Tensor):
        if first.shape != second.shape or not first.is_floating_point() or not first.numel():
            return 0.0
        difference = (first - second).abs()
        return round(float(difference[difference.isfinite()].max()), 6) if difference.isfinite().any() else 0.0
    if isinstance(first, dict) and isinstance(second, dict):
        return max((_apart(first[key], second.get(key)) for key in first), default=0.0)
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)):
        return max((_apart(one, other) for one, other in zip(first, second, strict=False)), default=0.0)
    if dataclasses.is_dataclass(first) and dataclasses.is_dataclass(second):
        return _apart(vars(first), vars(second))
    return 0.0
