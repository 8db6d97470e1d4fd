"""Names and numbers for people: `5 nn.Linear`, `2 of 3 parameters`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sized

LISTED = 3  # kinds or names that are worth listing in a sentence


def kind_of(value: object) -> str:
    """The type of a value as people write it: `nn.Linear`, `torch.Tensor`, `Block`."""
    cls = type(value)
    home = getattr(cls, "__module__", "") or ""
    if home.startswith("torch.nn.utils"):
        return cls.__name__
    if home.startswith("torch.nn."):
        return f"nn.{cls.__name__}"
    return f"torch.{cls.__name__}" if home in ("torch", "torch._tensor") else cls.__name__


def tally(values: Iterable[object]) -> str:
    """How many of which kind: `5 nn.Linear and 5 nn.ReLU`."""
    counts = Counter(kind_of(value) for value in values)
    known = sorted(counts.items(), key=lambda each: (-each[1], each[0]))  # a set has no order of its own
    parts = [f"{number:,} {kind}" for kind, number in known[:LISTED]]
    rest = sum(number for _, number in known[LISTED:])
    if rest:
        parts.append(f"{rest:,} more")
    return together(parts)


def together(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def count(number: int, noun: str) -> str:
    """`1 tensor`, `1,200 tensors`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """The first names, in code quotes."""
    known = list(names)
    shown = ", ".join(f"`{name}`" for name in known[:LISTED])
    return shown + (f" and {len(known) - LISTED:,} more" if len(known) > LISTED else "")


def be(things: Sized) -> str:
    """`is` or `are`."""
    return "is" if len(things) == 1 else "are"
