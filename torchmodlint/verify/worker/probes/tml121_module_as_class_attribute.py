"""Builds the class twice. Confirmed when both objects have the very module or Parameter of the class body, and
parameters() or modules() of neither knows it; refuted when the objects register it, or have one of their own."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import Absent, held, require_initialised
from torchmodlint.verify.worker.observe.hidden import contents, registered, tensors_of
from torchmodlint.verify.worker.observe.moods import has_mode
from torchmodlint.verify.worker.observe.moves import left_behind, moved, place
from torchmodlint.verify.worker.observe.provenance import refuse_stand_ins
from torchmodlint.verify.worker.observe.words import be, count, tally


def probe(case: Case, question: Question) -> Seen:
    refuse_stand_ins(case)
    name = question.attribute or ""
    value = vars(case.cls).get(name)
    leaves = [leaf for _, leaf in contents(value)]
    if not leaves:
        raise Inconclusive(Reason.UNREACHED_LINE, f"after the import `{name}` of the class holds no module")
    refuse_stand_ins(case, leaves)
    module, second = case.instance, case.fresh()
    require_initialised(module)
    if held(module, name) is not Absent and held(module, name) is not value:
        return refuted(f"the object has a `{name}` of its own")
    known = registered(module)
    given = list(module.parameters())
    lost = [leaf for leaf in leaves if id(leaf) not in known.modules | known.tensors | {id(one) for one in given}]
    if not lost:
        return refuted(f"every object registers what `{name}` of the class holds ({tally(leaves)})")
    tensors = [one for leaf in lost for one in tensors_of(leaf)]
    if not tensors and not any(isinstance(leaf, nn.Module) and has_mode(leaf) for leaf in lost):
        raise Inconclusive(Reason.UNSUPPORTED, f"`{name}` has no parameters, buffers or mode")
    return _confirmed(case, name, lost, tensors, given, _same(module, second, name, value))


def _same(module: nn.Module, second: nn.Module, name: str, value: Any) -> bool:
    return getattr(module, name, None) is value and getattr(second, name, None) is value


def _confirmed(
    case: Case, name: str, lost: list[Any], tensors: list[torch.Tensor], given: list[nn.Parameter], same: bool
) -> Seen:
    parameters = [one for one in tensors if isinstance(one, nn.Parameter)]
    parts = [f"`{name}` of the class ({tally(lost)}) is registered on no object"]
    if parameters:
        total = len(parameters) + len(given)
        parts.append(f"{len(parameters)} of {count(total, 'parameter')} {be(parameters)} invisible to an optimizer")
    other = moved(case, case.instance)
    left = left_behind(tensors, case.away) if other is not None else []  # the class's own are never copied
    if left:
        parts.append(
            f'after .to("{case.away.type}") {count(len(left), "tensor")} of it {be(left)} still on {place(left)}'
        )
    if same:
        parts.append("two objects share it")
    return confirmed(
        "; ".join(parts),
        parameters_hidden=len(parameters),
        parameters=len(parameters) + len(given),
        left_behind=len(left),
        shared=same,
    )
