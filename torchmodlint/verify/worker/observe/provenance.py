"""Whose value is it: made by the user's code, passed in by the verifier, or of a stand-in for a missing library?"""

from __future__ import annotations

import types
from collections.abc import Iterable

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.importer.stub_bases import FAITHFUL
from torchmodlint.verify.worker.observe.hidden import contents, submodules, tensors_of
from torchmodlint.verify.worker.observe.words import together
from torchmodlint.verify.worker.synth.plan import Attempt

# Values of these types may be one and the same wherever they come from.
UNMARKED = (int, float, complex, str, bytes, type, type(None), types.FunctionType, types.BuiltinFunctionType)


class Supplied:
    """What the verifier passed into one construction, with all that lies inside of it."""

    def __init__(self, attempt: Attempt) -> None:
        self._kept = list(attempt.supplied)
        self._ids: set[int] = set()
        self._storages: set[int] = set()
        for value in self._kept:
            self._add(value)

    def _add(self, value: object) -> None:
        if not isinstance(value, UNMARKED):
            self._ids.add(id(value))
        for _, leaf in contents(value):
            self._ids.add(id(leaf))
            if isinstance(leaf, nn.Module):
                self._ids |= {id(part) for _, part in submodules(leaf)}
            for tensor in tensors_of(leaf):
                self._ids.add(id(tensor))
                self._storages |= _storage(tensor)

    def __contains__(self, value: object) -> bool:
        if id(value) in self._ids:
            return True
        return isinstance(value, torch.Tensor) and bool(_storage(value) & self._storages)


def _storage(tensor: torch.Tensor) -> set[int]:
    try:
        address = tensor.untyped_storage().data_ptr()
    except Exception:  # lazy, sparse and wrapped tensors have none
        return set()
    return {address} if address else set()


def stand_ins(values: Iterable[object]) -> list[str]:
    """The missing libraries that classes, or objects, are stood in for by.

    A class may derive from a faithful one; an object that is itself a stand-in is like nothing in any library.
    """
    found = set()
    for value in values:
        cls = value if isinstance(value, type) else type(value)
        bases = {vars(base).get("_stub_name") for base in cls.__mro__}
        found |= {name.split(".")[0] for name in bases if isinstance(name, str)} - FAITHFUL
        own = getattr(value, "__dict__", {}).get("_stub_name") if value is not cls else None
        if isinstance(own, str):
            found.add(own.split(".")[0])
    return sorted(found)


def refuse_stand_ins(case: Case, values: Iterable[object] = ()) -> None:
    """Raise when the class, or one of the values, is built on a stand-in that may decide what is seen."""
    found = stand_ins([case.cls, *values])
    if found:
        raise Inconclusive(
            Reason.STUB_DEPENDENT, f"it rests on stand-ins for {together(found)}, which cannot be imported"
        )
