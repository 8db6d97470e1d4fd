"""A plan: an expression that builds one object, and where its arguments come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from torch import nn

Origin = Literal["example", "call site", "docstring", "default", "guess"]


@dataclass(frozen=True)
class Plan:
    """`call` is a whole expression, "Net(dim=64, act=nn.ReLU())", that can be evaluated in the file's namespace.

    `witness` is the place that a call or an example was read from, "train.py:48". `repairs` are the steps that
    mended the first guess, in words; `sensible` is False when an argument is of a kind that its name or annotation
    speaks against, so that what is seen may be about the argument: torch refuses to register such a one (TML102).
    That nothing was initialised by then (TML101) is true of the class, whatever it is given. `weights` is False when
    the constructor would have downloaded some, and did without; `numbers` are those that it was given by the
    stand-ins for missing libraries.
    """

    call: str
    origin: Origin
    witness: str | None = None
    repairs: tuple[str, ...] = ()
    sensible: bool = True
    device: str = "cpu"  # "meta" where the object is too large for the memory
    weights: bool = True
    numbers: tuple[tuple[str, float], ...] = ()

    def describe(self) -> str:
        """For people: `Net(dim=64)`, as called at train.py:48."""
        origin = {
            "example": "the example given for it",
            "call site": "as called",
            "docstring": "as in its documentation",
            "default": "with its defaults",
            "guess": "arguments chosen by the verifier",
        }[self.origin]
        without = "" if self.weights else ", without the weights that it downloads"
        taking = "".join(f", {name} taken as {number}" for name, number in self.numbers[:3])
        return f"`{self.call}`, {origin}{f' at {self.witness}' if self.witness else ''}{without}{taking}"


@dataclass
class Attempt:
    """What came of a plan. `instance` may be there beside an `error`: it is what `__init__` had been given.

    `supplied` are the objects that we passed in, kept alive so that their ids stay theirs.
    """

    plan: Plan | None
    instance: nn.Module | None = None
    error: BaseException | None = None
    supplied: list[Any] = field(default_factory=list)

    @property
    def built(self) -> bool:
        return self.instance is not None and self.error is None
