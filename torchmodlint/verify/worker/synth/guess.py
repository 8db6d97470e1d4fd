"""The values to try for one parameter, the likeliest first, from all that is known of it."""

from __future__ import annotations

import dataclasses
import enum
import inspect
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.synth import vocabulary
from torchmodlint.verify.worker.synth.annotations import values_for
from torchmodlint.verify.worker.synth.blueprint import Blueprint, parameters_of
from torchmodlint.verify.worker.synth.reach import expression_for, member_of
from torchmodlint.verify.worker.synth.usage import Usage

NESTED = 3  # objects within objects
ANYTHING = Usage()


class Guesser:
    """Guesses for the parameters of one class, and recursively for the objects that these need."""

    def __init__(self, blueprint: Blueprint, depth: int = 0) -> None:
        self.blueprint = blueprint
        self.depth = depth

    def first(self, name: str) -> str:
        """The likeliest value of a parameter."""
        return next(self.values(name), vocabulary.SIZE)

    def values(self, name: str) -> Iterator[str]:
        """All guesses, without repetition."""
        seen: set[str] = set()
        for value in self._values(name):
            if value not in seen:
                seen.add(value)
                yield value

    def _values(self, name: str) -> Iterator[str]:
        usage = self.blueprint.usages.get(name, ANYTHING)
        hint = self.blueprint.hints.get(name, inspect.Parameter.empty)
        annotated = list(_some(values_for(hint, name, self.make), 6))
        choices = [repr(choice) for choice in usage.choices]
        if annotated and choices:
            yield from (choice for choice in choices if type(_literal(choice)) is type(_literal(annotated[0])))
        if annotated and _vague(hint) and (usage.is_record or usage.is_sequence or usage.is_mapping):
            yield from self.by_usage(name, usage)
        yield from annotated
        yield from self.by_usage(name, usage)
        default = self.blueprint.default(name)
        if default not in (inspect.Parameter.empty, None) and isinstance(default, (int, float, str, tuple, list)):
            yield repr(default)
        said = vocabulary.by_name(name)
        if said is not None:
            yield said

    def by_usage(self, name: str, usage: Usage) -> Iterator[str]:
        """What the code does with it, then what its name says."""
        choices = [repr(choice) for choice in usage.choices]
        if choices and not usage.is_record and not usage.is_mapping:
            said = vocabulary.by_name(name)
            if said in choices:
                yield said
            yield from choices
        for kind in usage.classes:
            yield from _some(values_for(kind, name, self.make), 2)
        if usage.is_module:
            yield from ("nn.Linear(32, 32)", "nn.Conv2d(32, 32, 3, padding=1)")
        if usage.is_tensor:
            yield from ("torch.randn(32)", "torch.randn(32, 32)")
        if usage.is_mapping:
            yield self.mapping(usage)
        if usage.is_record:
            yield self.record(usage)
        if usage.is_text and usage.names_torch.endswith("nn"):
            yield "'ReLU'"
        if usage.is_text:
            said = vocabulary.by_name(name)
            yield said if said is not None and said.startswith("'") else "'relu'"
        if usage.called and not usage.is_sequence:
            yield from self._called(name, usage)
        if usage.is_sequence and not usage.numeric:
            yield self.sequence(name, usage)
        yield from self.by_word(name, usage)
        if usage.is_sequence:
            yield self.sequence(name, usage)

    def by_word(self, name: str, usage: Usage) -> Iterator[str]:
        """What the name alone says."""
        said = vocabulary.by_name(name)
        if vocabulary.is_like(name, vocabulary.RECORDS) and not usage.numeric:
            yield self.record(usage)
        elif vocabulary.is_like(name, vocabulary.LOSSES) and said in (None, "1.0", vocabulary.SIZE):
            yield "nn.MSELoss()"
        elif vocabulary.is_like(name, vocabulary.MODULES) and not usage.numeric:
            yield "nn.Linear(32, 32)"
        elif vocabulary.is_like(name, vocabulary.TENSORS) and not usage.numeric:
            yield "torch.randn(32, 32)"
        elif usage.truthy and not usage.numeric and not usage.choices and said in (None, vocabulary.SIZE):
            yield "True"
        if said is not None:
            yield said

    def _called(self, name: str, usage: Usage) -> Iterator[str]:
        if "norm" in name:
            yield from ("nn.BatchNorm2d", "nn.LayerNorm")
        if not usage.built and usage.called > 2:  # with more than a module of torch's would take
            yield "lambda x, *_, **__: x"
        if not usage.built:  # only in forward: an object
            yield from ("nn.ReLU()", "torch.relu") if "act" in name or "nonlin" in name else ()
            yield from ("nn.Identity()", "torch.relu")
        if usage.called == 1:  # without arguments: a class, most likely
            yield "nn.ReLU"
        elif "act" in name or "nonlin" in name:
            yield from ("nn.ReLU", "nn.ReLU()")
        yield from ("nn.Identity", "nn.Identity()")

    def element(self, name: str, usage: Usage) -> str:
        """One value for a use inside a list or a record."""
        return next(self.by_usage(name, usage), vocabulary.SIZE)

    def sequence(self, name: str, usage: Usage, length: int | None = None) -> str:
        """A list of three, or of as many as are taken out of it."""
        count = length or usage.unpacked or max(3, (usage.longest_index or 0) + 1)
        single = name[:-1] if name.endswith("s") and not name.endswith("ss") else name
        one = self.element(single, usage.item or ANYTHING)
        if usage.unpacked:
            return f"({', '.join([one] * count)},)" if count == 1 else f"({', '.join([one] * count)})"
        return f"[{', '.join([one] * count)}]"

    def record(self, usage: Usage) -> str:
        """An object with the attributes that are read of it."""
        fields = {each: self.field(each, below) for each, below in usage.attributes.items() if each.isidentifier()}
        fields = {each: value for each, value in fields.items() if not each.startswith("__")}
        return f"SimpleNamespace({', '.join(f'{each}={value}' for each, value in fields.items())})"

    def field(self, name: str, usage: Usage) -> str:
        """A value for a field; a method where it is called, which gives the same for all arguments."""
        if usage.called and usage.returned is not None and not usage.names:
            return f"lambda *_, **__: {self.element(name, usage.returned)}"
        return self.element(name, usage)

    def mapping(self, usage: Usage) -> str:
        """A dictionary with the keys that are asked for."""
        inside = ", ".join(f"{each!r}: {self.element(each, below)}" for each, below in usage.keys.items())
        return "{" + inside + "}"

    def make(self, kind: type) -> list[str]:
        """Expressions that build an object of a class: its own defaults, else guesses for its constructor."""
        scope = self.blueprint.scope
        if self.depth >= NESTED:
            return []
        if issubclass(kind, enum.Enum):
            return member_of(kind, scope)
        if issubclass(kind, torch.distributions.Distribution):
            return ["torch.distributions.Normal(0.0, 1.0)"]
        if issubclass(kind, torch.optim.Optimizer):
            return []
        if issubclass(kind, nn.Module) and kind.__module__.startswith("torch.nn"):
            return _torch_module(kind)
        found = []
        for candidate in [kind, *_below(kind)] if inspect.isabstract(kind) or _is_base(kind) else [kind]:
            if inspect.isabstract(candidate):
                continue
            reached = expression_for(candidate, scope)
            if reached is None:
                continue
            inner = Guesser(Blueprint(self.blueprint.loaded, candidate, reached), self.depth + 1)
            found.append(inner.call())
            if len(found) == 3:
                break
        return found

    def call(self) -> str:
        """The whole call with guesses for what must be given."""
        given = []
        for name in self.blueprint.required:
            one = self.blueprint.parameters[name]
            value = self.first(name)
            given.append(value if one.kind is one.POSITIONAL_ONLY else f"{name}={value}")
        return f"{self.blueprint.call}({', '.join(given)})"


def _torch_module(kind: type) -> list[str]:
    name = kind.__name__
    calls = {
        "Linear": "nn.Linear(32, 32)",
        "Embedding": "nn.Embedding(100, 32)",
        "Sequential": "nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32))",
        "ModuleList": "nn.ModuleList([nn.Linear(32, 32), nn.Linear(32, 32), nn.Linear(32, 32)])",
        "ModuleDict": "nn.ModuleDict({'a': nn.Linear(32, 32)})",
        "LayerNorm": "nn.LayerNorm(32)",
        "MultiheadAttention": "nn.MultiheadAttention(32, 4)",
        "_Loss": "nn.MSELoss()",
    }
    if name in calls:
        return [calls[name]]
    if name.startswith("Conv"):
        return [f"nn.{name}(32, 32, 3, padding=1)"]
    if name.startswith(("BatchNorm", "InstanceNorm")):
        return [f"nn.{name}(32)"]
    if any(one.default is one.empty for one in parameters_of(kind).values() if one.kind is one.POSITIONAL_OR_KEYWORD):
        return [f"nn.{name}(32, 32)"]
    return [f"nn.{name}()"] if hasattr(nn, name) else []


def _is_base(kind: type) -> bool:
    """A class meant to be derived from, by its name or because its methods are left out."""
    return kind.__name__.startswith("Base") or kind.__name__.endswith("Base") or bool(_below(kind))


def _below(kind: type) -> list[type]:
    """Classes derived from it, nearest first, in the order of their names."""
    try:
        direct: list[type] = sorted(type.__subclasses__(kind), key=lambda each: (each.__module__, each.__qualname__))
    except TypeError:
        return []
    found = list(direct)
    for each in direct:
        found += type.__subclasses__(each)
    return found[:40]


def _vague(hint: Any) -> bool:
    """An annotation that leaves open what is in the value."""
    return hint in (dict, list, tuple, object) or dataclasses.is_dataclass(hint) is None


def _literal(text: str) -> Any:
    import ast

    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def _some(values: Iterator[str], most: int) -> Iterator[str]:
    for _, value in zip(range(most), values, strict=False):
        yield value
