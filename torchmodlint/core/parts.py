"""The parts of a built module, and what it holds without registering it: words that the worker shares."""

from __future__ import annotations

from dataclasses import dataclass


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
