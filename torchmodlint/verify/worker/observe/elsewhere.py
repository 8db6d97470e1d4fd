"""A construction for another device or precision, where operations on tensors change something that is a no-op here."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import Observed, observe
from torchmodlint.verify.worker.observe.cuda_shim import standing_in
from torchmodlint.verify.worker.synth.plan import Plan

AWAY = '__import__("torch").device("meta")'
DOUBLE = '__import__("torch").float64'


def observed_elsewhere(case: Case, question: Question) -> Iterator[tuple[str, Observed]]:
    """The construction on the device meta, which CUDA and every `device` stand for, then for float64.

    Only constructions that run through are given, each with words for it.
    """
    plan = case.plan
    with standing_in("meta"), _devices(case.loaded.namespace):
        seen = _try(case, question, _with(plan, case, "device", AWAY) or plan)
    if seen is not None:
        yield "where the device is another one (meta)", seen
    double = _with(plan, case, "dtype", DOUBLE)
    seen = _try(case, question, double) if double is not None else None
    if seen is not None:
        yield "where the dtype is another one (float64)", seen


def _try(case: Case, question: Question, plan: Plan) -> Observed | None:
    try:
        seen = observe(case, question, plan)
    except Inconclusive:
        return None
    return seen if seen.attempt.built else None


def _with(plan: Plan, case: Case, word: str, value: str) -> Plan | None:
    """The plan with `value` for every parameter whose name ends in `word`; None when there is none."""
    try:
        call = ast.parse(plan.call, mode="eval").body
        parameters = list(inspect.signature(case.cls).parameters.values())
    except (SyntaxError, TypeError, ValueError):
        return None
    names = [one.name for one in parameters if one.name.endswith(word) and one.kind is not one.VAR_KEYWORD]
    if not isinstance(call, ast.Call) or not names:
        return None
    for name in names:
        new = ast.parse(value, mode="eval").body
        at = [one.name for one in parameters].index(name)
        if at < len(call.args) and not any(isinstance(one, ast.Starred) for one in call.args):
            call.args[at] = new
        else:
            call.keywords = [one for one in call.keywords if one.arg != name] + [ast.keyword(name, new)]
    return replace(plan, call=ast.unparse(ast.fix_missing_locations(call)))


@contextmanager
def _devices(namespace: dict[str, Any]) -> Iterator[None]:
    """The file's own global `device = torch.device("cpu")` is another device while the block runs."""
    known = {name: value for name, value in namespace.items() if _is_cpu(name, value)}
    for name, value in known.items():
        namespace[name] = torch.device("meta") if isinstance(value, torch.device) else "meta"
    try:
        yield
    finally:
        namespace.update(known)


def _is_cpu(name: str, value: object) -> bool:
    if isinstance(value, torch.device):
        return value.type == "cpu"
    return isinstance(value, str) and value == "cpu" and "device" in name.lower()
