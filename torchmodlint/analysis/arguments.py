"""The arguments of a call, as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from torchmodlint.analysis.values import Container, Value, possible


@dataclass(eq=False, slots=True)
class Given:
    """The arguments of one call: `spread` when `*args` or `**kwargs` may carry more."""

    values: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    spread: bool = False

    def all(self) -> list[Value]:
        return [*self.values, *self.keywords.values()]

    def get(self, position: int, name: str) -> Value | None:
        if name in self.keywords:
            return self.keywords[name]
        return self.values[position] if 0 <= position < len(self.values) else None


def leaves(value: Value) -> Iterator[Value]:
    """The values inside nested plain containers, the containers themselves left out, each once."""
    seen: set[int] = set()
    stack = [value]
    while stack:
        for one in possible(stack.pop()):
            if id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, Container):
                stack.extend(one.items)
            else:
                yield one
