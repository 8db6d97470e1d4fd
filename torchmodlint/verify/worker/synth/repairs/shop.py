"""What every repair may ask: the class, the guesses, and values of a kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from torchmodlint.verify.worker.synth import vocabulary
from torchmodlint.verify.worker.synth.annotations import values_for
from torchmodlint.verify.worker.synth.blueprint import Blueprint
from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.guess import ANYTHING, Guesser
from torchmodlint.verify.worker.synth.slots import ELEMENTS, RESULT, Slot
from torchmodlint.verify.worker.synth.usage import Usage


@dataclass
class Shop:
    """The class under repair."""

    blueprint: Blueprint
    guesser: Guesser

    def usage(self, slot: Slot) -> Usage:
        """How the value in a slot is used."""
        usage = self.blueprint.usages.get(slot.parameter, ANYTHING)
        for name in slot.path:
            if name in (ELEMENTS, RESULT):
                usage = (usage.item if name == ELEMENTS else usage.returned) or ANYTHING
                continue
            usage = usage.attributes.get(name) or usage.keys.get(name) or usage.optional.get(name) or ANYTHING
        return usage

    def guesses(self, slot: Slot) -> Iterator[str]:
        """All that is guessed for a slot."""
        if slot.path:
            yield from self.guesser.by_usage(slot.name, self.usage(slot))
        else:
            yield from self.guesser.values(slot.parameter)

    def of_kind(self, kind: str, slot: Slot) -> Iterator[str]:
        """Values of a kind for a slot."""
        usage, name = self.usage(slot), slot.name
        said = vocabulary.by_name(name)
        if kind == "int":
            yield said if said is not None and said.isdigit() else vocabulary.SIZE
        elif kind == "float":
            yield said if said is not None and "." in said and said[0].isdigit() else "0.5"
        elif kind == "str":
            yield said if said is not None and said.startswith("'") else "'relu'"
            yield "'a'"
        elif kind == "list":
            yield self.guesser.sequence(name, usage)
            yield f"[{', '.join([said if said and said[0].isdigit() else vocabulary.SIZE] * 3)}]"
            yield "['relu', 'relu', 'relu']"
            yield "[nn.Linear(32, 32), nn.Linear(32, 32), nn.Linear(32, 32)]"
        elif kind == "tuple":
            yield "(3, 32, 32)"
            yield "(32, 32)"
        elif kind == "dict":
            yield self.guesser.mapping(usage)
            yield "{'a': 32}"
        elif kind == "table":  # which has something under every key
            yield f"defaultdict(lambda: {self.guesser.element(name, usage.item or ANYTHING)})"
        elif kind == "record":
            yield self.guesser.record(usage)
        elif kind == "module":
            yield "nn.Linear(32, 32)"
            yield "nn.Conv2d(32, 32, 3, padding=1)"
            yield "nn.Identity()"
            yield "nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32))"
        elif kind == "class":
            yield from ("nn.BatchNorm2d", "nn.LayerNorm") if "norm" in name else ()
            yield from ("nn.ReLU", "nn.Identity")
        elif kind == "callable":
            yield from ("nn.BatchNorm2d", "nn.LayerNorm") if "norm" in name else ()
            yield from ("nn.ReLU", "torch.relu") if "act" in name or "lin" in name else ()
            yield from ("nn.Identity", "nn.Identity()", "torch.relu")
        elif kind == "tensor":
            yield from ("torch.randn(32)", "torch.randn(32, 32)", "torch.randn(2, 32, 32)", "torch.arange(32)")
        elif kind == "none":
            yield "None"
        elif kind == "bool":
            yield from ("False", "True")

    def sensible(self, draft: Draft) -> bool:
        """Is every argument of a kind that its annotation and its name allow?"""
        return all(self._fits(name, text) for name, text in draft.values.items())

    def _fits(self, name: str, text: str) -> bool:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return True  # an object: its constructor has judged it
        said = vocabulary.by_name(name)
        annotated = list(values_for(self.blueprint.hints.get(name), name, lambda kind: []))
        for expected in annotated or ([said] if said is not None else []):
            if value is None or expected == "None" or _kind(expected) in ("other", _kind(text)):
                return True
            if {_kind(expected), _kind(text)} <= {"number", "sequence"}:  # one size or one for each level
                return True
        return not annotated and said is None


def _kind(text: str) -> str:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return "other"
    if isinstance(value, (bool, int, float)):
        return "number"
    if isinstance(value, (list, tuple)):
        return "sequence"
    return type(value).__name__
