"""Executes the statement: on the built object, or on a recording module in a run of the code around it. Confirmed when
the mode, or whether gradients are recorded, is the same after it as before it, or when it raises; refuted when it has
changed."""

from __future__ import annotations

import ast
from typing import Any

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.instances import built_or_rehearsed
from torchmodlint.verify.worker.modes.recorder import recorder_of
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View
from torchmodlint.verify.worker.modes.syntax import imported, span

SWITCHES = {"no_grad": torch.no_grad, "inference_mode": torch.inference_mode, "enable_grad": torch.enable_grad}
MODES = ("eval", "train")


def probe(case: Case, question: Question) -> Seen:
    node, context = _flagged(case, question)
    if isinstance(node, ast.Attribute) and node.attr in MODES:
        receiver = node.value
        return built_or_rehearsed(
            case, question, lambda: _on_object(case, receiver, node.attr), lambda tape: _claim(case, question, tape)
        )
    switch = _switch(case, node.func if isinstance(node, ast.Call) else node)
    return _entered(switch) if context else _alone(switch, isinstance(node, ast.Call))


def _flagged(case: Case, question: Question) -> tuple[ast.expr, bool]:
    """The flagged expression, and whether it stands in a `with`."""
    lines = case.loaded.job.text.split("\n")
    wanted = (question.line, question.column, question.end_line, question.end_column)
    contexts = [
        one.context_expr
        for node in ast.walk(case.loaded.tree)
        if isinstance(node, (ast.With, ast.AsyncWith))
        for one in node.items
    ]
    statements = [node.value for node in ast.walk(case.loaded.tree) if isinstance(node, ast.Expr)]
    for found, context in ((contexts, True), (statements, False)):
        for node in found:
            if span(node, lines) == wanted:
                return node, context
    raise Inconclusive(Reason.UNSUPPORTED, "no statement was found at the place of the finding")


def _switch(case: Case, node: ast.expr) -> type:
    """Which of torch's switches is named."""
    name = ast.unparse(node).rpartition(".")[2]
    if isinstance(node, ast.Name):
        for one in ast.walk(case.loaded.tree):
            if isinstance(one, (ast.Import, ast.ImportFrom)):
                name = next((member or "" for bound, _, _, member in imported(one) if bound == node.id), name)
    if name not in SWITCHES:
        raise Inconclusive(Reason.UNSUPPORTED, f"`{name}` is none of torch's switches by name")
    return SWITCHES[name]


def _alone(switch: type, called: bool) -> Seen:
    """The statement in both states of gradients."""
    seen = []
    for enabled in (True, False):
        with torch.set_grad_enabled(enabled):
            if called:
                switch()
            seen.append((enabled, torch.is_grad_enabled(), torch.is_inference_mode_enabled()))
    numbers: dict[str, Any] = {"before_and_after": [list(one) for one in seen]}
    if all(before is after and not inference for before, after, inference in seen):
        written = f"torch.{switch.__name__}" + ("()" if called else "")
        return confirmed(f"`{written}` as a statement leaves gradients as they are, on or off", **numbers)
    return refuted("the statement changes whether gradients are recorded", **numbers)


def _entered(switch: type) -> Seen:
    try:
        with switch:  # type: ignore[attr-defined]
            pass
    except (TypeError, AttributeError) as error:
        told = f"`with torch.{switch.__name__}:` raises {type(error).__name__}: {error}"
        return confirmed(told, error=f"{type(error).__name__}: {error}")
    return refuted(f"`with torch.{switch.__name__}:` is entered without an error")


def _on_object(case: Case, receiver: ast.expr, name: str) -> Seen:
    """`self.model.eval`, on the built object."""
    parts = ast.unparse(receiver).split(".")
    thing: object = case.instance
    for part in parts[1:]:
        thing = getattr(thing, part, None) if part.isidentifier() else None
    if not isinstance(thing, nn.Module):
        raise Inconclusive(Reason.UNREACHED_LINE, f"`{ast.unparse(receiver)}` is no module of the built object")
    before = [one.training for one in thing.modules()]
    getattr(thing, name)
    after = [one.training for one in thing.modules()]
    if before != after:
        return refuted(f"`{ast.unparse(receiver)}.{name}` switches the mode without being called")
    return confirmed(
        f"after `{ast.unparse(receiver)}.{name}` all {len(after)} modules are in the mode in which they were",
        modules=len(after),
        training=sum(after),
    )


def _claim(case: Case, question: Question, tape: Tape) -> View:
    found = [one for one in tape.mentions if one.place.flagged(case.loaded.job.path, question)]
    if not found:
        return ABSENT
    first = found[0]
    module = recorder_of(first.receiver)
    if module is None:
        return View(Sight.UNSURE, "nothing in sight shows that what `.eval` is read from is a module")
    before = module.training if first.before is None else first.before
    after = before if first.after is None else first.after
    numbers: dict[str, Any] = {"training_before": before, "training_after": after}
    if before is not after:
        return View(Sight.DENIED, f"training is {after} after the statement, and was {before}", numbers, final=True)
    told = f"a recording module in its place has training={after} after the statement as before it"
    return View(Sight.SHOWN, told, numbers, final=True)
