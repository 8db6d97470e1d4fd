"""Modules and Parameters that a flagged statement keeps in a plain container: what of them nobody registers."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import held, observe, require_initialised
from torchmodlint.verify.worker.observe.hidden import (
    attributes,
    contents,
    is_container,
    registered,
    submodules,
    tensors_of,
)
from torchmodlint.verify.worker.observe.moods import reads_mode
from torchmodlint.verify.worker.observe.moves import evaluated, left_behind, moved, own_value
from torchmodlint.verify.worker.observe.provenance import Supplied, refuse_stand_ins

Leaf = Any  # nn.Module or torch.Tensor
GROWING = frozenset({"append", "appendleft", "extend", "insert", "add", "update", "setdefault", "__setitem__"})


@dataclass(frozen=True)
class Kept:
    """What is in the containers under `name` of the built `module`.

    `leaves` is all that the rule is about, `lost` what of it is registered nowhere and was made by the class itself.
    """

    case: Case
    name: str
    module: nn.Module
    leaves: list[Leaf]
    lost: list[Leaf]
    place: str | None  # the attribute that has the container in the end
    paths: frozenset[str]  # to the lost, in the container
    supplied: Supplied

    def tensors(self) -> list[torch.Tensor]:
        """The tensors that the lost have for themselves: registered nowhere else, and not passed in."""
        return [one for one, own in zip(_tensors_in(self.lost), self._own(), strict=True) if own]

    def _own(self) -> list[bool]:
        known = registered(self.module)
        return [id(one) not in known.tensors and one not in self.supplied for one in _tensors_in(self.lost)]

    def moody(self) -> bool:
        """Have the lost, or parts that they have for themselves, a mode of their own?"""
        known = registered(self.module)
        parts = [part for leaf in self.lost if isinstance(leaf, nn.Module) for _, part in submodules(leaf)]
        return any(reads_mode(part) for part in parts if id(part) not in known.modules and part not in self.supplied)

    def given(self) -> list[torch.Tensor]:
        """What parameters() gives, overridden or not."""
        try:
            return list(self.module.parameters())
        except Exception:
            return list(nn.Module.parameters(self.module))

    def invisible(self) -> list[torch.Tensor]:
        """The tensors of the lost that an optimizer should be given, and that parameters() does not give."""
        given = {id(one) for one in self.given()}
        wanted = [one for one in self.tensors() if isinstance(one, nn.Parameter) or one.requires_grad]
        return [one for one in wanted if id(one) not in given]

    def left(self) -> list[torch.Tensor] | None:
        """The tensors of the lost that stay where they are when a copy moves; None when that is not seen."""
        if any(one.device.type == self.case.away.type for one in self.tensors()):
            return None  # it was there before
        found, own = self._lost_in(moved(self.case, self.module)), self._own()
        tensors = _tensors_in(found or [])
        if found is None or len(tensors) != len(own):
            return None
        return left_behind([one for one, is_own in zip(tensors, own, strict=True) if is_own], self.case.away)

    def deaf(self) -> list[nn.Module] | None:
        """The lost modules that are in training mode after eval() of a copy; None when that is not seen."""
        found = self._lost_in(evaluated(self.case, self.module))
        return found and [leaf for leaf in found if isinstance(leaf, nn.Module) and leaf.training]

    def _lost_in(self, other: nn.Module | None) -> list[Leaf] | None:
        """What a copy holds in the places of the lost; None when it does not hold as much there."""
        places = contents(own_value(other, self.place))
        found = list({id(leaf): leaf for path, leaf in places if path in self.paths}.values())
        return found if len(found) == len(self.lost) else None


def _tensors_in(leaves: list[Leaf]) -> list[torch.Tensor]:
    """The tensors of modules and tensors, each once, in the order of their places."""
    return list({id(one): one for leaf in leaves for one in tensors_of(leaf)}.values())


def kept(case: Case, question: Question, wanted: Callable[[Leaf], bool], noun: str) -> Kept:
    """What the container of the flagged statement holds in the end, of what is `wanted`, a plural `noun` in words.

    Raises Inconclusive when the statement did not run on the object, when the container is not there any more while
    something in it is lost, and when all that is lost was passed in by the verifier.
    """
    observed = observe(case, question)
    module, run, name = observed.instance, observed.run, question.attribute
    require_initialised(module)
    if name is None:
        raise Inconclusive(Reason.UNSUPPORTED, f"the container of line {question.line} has no name to look up")
    box = run.value
    known = registered(module)
    if not is_container(box) and id(box) not in known.modules:  # what is registered itself is as good as its content
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"with {observed.call} `{name}` is no plain container")
    leaves = list({id(leaf): leaf for _, leaf in contents(box) if wanted(leaf)}.values())
    if not leaves:
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"with {observed.call} `{name}` holds no {noun}")
    loose = [leaf for leaf in leaves if id(leaf) not in known.modules | known.tensors]
    supplied = Supplied(observed.attempt)
    lost = [leaf for leaf in loose if leaf not in supplied]
    if loose and not lost:
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"`{name}` holds only {noun} that the verifier passed in")
    place = name if held(module, name) is box else _other_place(module, box)
    if lost and place is None:
        raise Inconclusive(Reason.UNREACHED_LINE, f"`{name}` is assigned again after line {question.line}")
    refuse_stand_ins(case, lost)
    later = _grown_later(case, name)
    if later is not None and not lost:
        raise Inconclusive(Reason.UNREACHED_LINE, f"`{name}` grows on line {later} too, which does not run by then")
    ids = {id(leaf) for leaf in lost}
    paths = frozenset(path for path, leaf in contents(box) if id(leaf) in ids)
    return Kept(case, name, module, leaves, lost, place, paths, supplied)


def _other_place(module: nn.Module, box: object) -> str | None:
    """The other attribute that holds the container."""
    return next((name for name, value in attributes(module).items() if value is box), None)


def _grown_later(case: Case, name: str) -> int | None:
    """A line of the class that puts something into the attribute, and did not run while the object was built."""
    for node in ast.walk(case.loaded.definition(case.qualname or "")):
        target = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if isinstance(node, ast.Call) and target is not None and getattr(node.func, "attr", "") not in GROWING:
            continue
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            target = node.value
        if isinstance(node, ast.AugAssign):
            target = node.target
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Attribute) and target.attr == name:
            if not case.construction.any(target.lineno, target.end_lineno or target.lineno):
                return target.lineno
    return None
