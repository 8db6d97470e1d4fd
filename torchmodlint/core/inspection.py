"""A built module, described: its parts, and what it holds without registering it."""

from __future__ import annotations

from dataclasses import dataclass

from torchmodlint.core.result import Verification
from torchmodlint.core.verdict import Verdict


@dataclass(frozen=True)
class Part:
    """A module at one place of the tree, with the numbers of all that is registered below it.

    `name` is the place, "encoder.layers.0", empty for the whole. `lazy` counts tensors whose shape is not known
    before the first call. `shared_with` is the place at which the same object was described before.
    """

    name: str
    type: str
    parameters: int
    trainable: int
    buffers: int
    bytes: int
    lazy: int = 0
    shared_with: str | None = None


@dataclass(frozen=True)
class Held:
    """Something that is held and not registered. `kind` is "module", "parameter" or "tensor"; `path` how to reach it.

    `parameters` are the Parameters that come with it, `elements` the numbers in all its tensors.
    """

    path: str
    kind: str
    type: str
    parameters: int
    elements: int
    bytes: int
    requires_grad: bool


@dataclass(frozen=True)
class Inspection:
    """An object: its parts, parents first, what it hides, and how it came about."""

    path: str
    owner: str
    parts: tuple[Part, ...]
    hidden: tuple[Held, ...]
    verdict: Verdict
    verification: Verification
    parts_left_out: int = 0
    hidden_left_out: int = 0
