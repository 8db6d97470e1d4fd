"""One input of forward: a tensor of a kind and a shape, or any expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

BATCH, SEQUENCE, IMAGE, VOLUME = 2, 16, 64, 16  # of a batch, the positions of a sequence, the sides of images
Kind = Literal["float", "unit", "long", "bool", "text"]
Given = Mapping[str, "Spec"]  # by the name of a parameter, or "batch.x" for a field of one


@dataclass(frozen=True)
class Spec:
    """A float tensor (with "unit", of numbers from 0 to 1), a tensor of whole numbers below `high`, a tensor of truth
    values, or an expression `text`."""

    kind: Kind = "float"
    shape: tuple[int, ...] = ()
    high: int = 10
    text: str = ""

    @property
    def expression(self) -> str:
        """The input as an expression."""
        if self.kind == "text":
            return self.text
        sizes = ", ".join(str(size) for size in self.shape)
        if self.kind in ("float", "unit"):
            function = "randn" if self.kind == "float" else "rand"
            return f"torch.{function}({sizes})" if self.shape else "torch.tensor(0.5)"
        if self.kind == "long":
            inside = f"{sizes}," if len(self.shape) == 1 else sizes
            return f"torch.randint(0, {max(self.high, 1)}, ({inside}))" if self.shape else "torch.tensor(1)"
        return f"torch.ones({sizes}, dtype=torch.bool)" if self.shape else "torch.tensor(True)"

    @property
    def is_tensor(self) -> bool:
        return self.kind != "text"

    @property
    def elements(self) -> int:
        """How many elements the tensor has."""
        return prod(self.shape)

    def shaped(self, *shape: int) -> Spec:
        """The same kind in another shape."""
        return replace(self, shape=tuple(shape)) if self.is_tensor else self

    def of(self, kind: Kind, high: int | None = None) -> Spec:
        """The same shape as another kind."""
        return replace(self, kind=kind, high=self.high if high is None else high)

    def swapped(self, old: int, new: int) -> Spec:
        """The same with every dimension of one size given another, the batch's left alone."""
        return self.shaped(*self.shape[:1], *(new if size == old else size for size in self.shape[1:]))

    def dimensioned(self, count: int) -> Spec:
        """The same with another number of dimensions: the features stay last."""
        shape = self.shape
        if len(shape) == count or count < 1 or not shape:
            return self
        if len(shape) < count:
            return self.shaped(*shape[:-1], *[16] * (count - len(shape)), shape[-1])
        return self.shaped(*shape[: count - 1], shape[-1])


def expression(text: str) -> Spec:
    """An input that is no tensor of ours."""
    return Spec("text", text=text)


@dataclass(frozen=True)
class Form:
    """How the fields of one parameter are put together: "dict", "record", or a plain value."""

    kind: Literal["plain", "dict", "record", "list"] = "plain"
    fields: tuple[str, ...] = ()

    def expression(self, name: str, given: Given) -> str | None:
        """The argument; None when it is not given."""
        if self.kind == "plain":
            return given[name].expression if name in given else None
        below = f"{name}."
        parts = {each.removeprefix(below): spec.expression for each, spec in given.items() if each.startswith(below)}
        if not parts:
            return None
        if self.kind == "dict":
            return "{" + ", ".join(f"{key!r}: {value}" for key, value in parts.items()) + "}"
        if self.kind == "list":
            return "[" + ", ".join(parts.values()) + "]"
        return f"SimpleNamespace({', '.join(f'{key}={value}' for key, value in parts.items())})"

    def values(self, name: str, argument: object) -> dict[str, object]:
        """The fields of an argument that was made, by their names in `Given`."""
        if self.kind == "plain":
            return {name: argument}
        if isinstance(argument, dict):
            return {f"{name}.{key}": value for key, value in argument.items()}
        if isinstance(argument, list):
            return {f"{name}.{index}": value for index, value in enumerate(argument)}
        return {f"{name}.{key}": value for key, value in vars(argument).items()}
