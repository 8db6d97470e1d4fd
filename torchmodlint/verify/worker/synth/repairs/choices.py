"""Only some values are taken: those that the message names, or that the code compares with where it refuses."""

from __future__ import annotations

import ast
import builtins
import re
import types
from collections.abc import Iterator
from typing import Any

from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.failure import Failure
from torchmodlint.verify.worker.synth.levels import Level, refuses, tests_before, value_at
from torchmodlint.verify.worker.synth.repairs.shop import Shop
from torchmodlint.verify.worker.synth.slots import Slot, slots

QUOTED = re.compile(r"['\"`]([\w./+-]+)['\"`]")
LISTED = re.compile(
    r"(?:one of|either|among|choices?|options?|available|supported|supports?|valid|allowed|expected|in (?=[\[({]))"
    r"(?: \w+)?(?: are| is)?:?\s*[\[({]?([\w\s,'\"|/-]+)",
    re.IGNORECASE,
)
SET = re.compile(r"\b(\w+)\s*=\s*(True|False|None|-?\d+(?:\.\d+)?|'[^']*'|\"[^\"]*\")")
USUAL = ("LSTM", "Linear", "Conv2d", "BatchNorm2d", "relu", "mse_loss")  # of torch.nn, and of its functions
MOST = 12


def repairs(failure: Failure, draft: Draft, shop: Shop) -> Iterator[Draft]:
    for name, value in SET.findall(failure.message):  # "please set `add_self_loops=False`"
        if name in shop.blueprint.all_parameters and draft.values.get(name) != value:
            yield draft.giving(f"{name} becomes {value}", **{name: value})
    choices = list(dict.fromkeys([*_compared(failure), *_attributes(failure), *_named(failure)]))
    if not choices:
        return
    for slot in slots(failure, draft)[:3]:
        before = slot.get(draft)
        ours = _fitting(choices, shop, slot, before)
        for choice in ours[:MOST]:
            if choice != before:
                yield slot.put(draft, f"{slot} becomes {choice}", choice)


def _fitting(choices: list[str], shop: Shop, slot: Slot, before: str | None) -> list[str]:
    """The choices, those of the kind of the present value first."""
    text = before is not None and before.startswith("'")
    return sorted(choices, key=lambda each: each.startswith("'") != text)


def _named(failure: Failure) -> Iterator[str]:
    """The words that a message offers."""
    message = failure.message
    if isinstance(failure.error, (AttributeError, NameError, ImportError)) or len(message) > 2000:
        return
    for word in QUOTED.findall(message):
        if word != "NoneType" and not isinstance(getattr(builtins, word, None), type):  # a kind of value, no value
            yield repr(word)
    for listed in LISTED.findall(message):
        for word in re.split(r"[,|/]|\bor\b|\band\b", listed):
            word = word.strip(" '\"\n")
            if word.isdigit():
                yield word
            elif word and len(word.split()) == 1:
                yield repr(word)


def _attributes(failure: Failure) -> Iterator[str]:
    """Names that a module has, where `getattr(nn, name)` asked it for one that it lacks."""
    owner = getattr(failure.error, "obj", None) if isinstance(failure.error, AttributeError) else None
    if isinstance(owner, types.ModuleType) and isinstance(failure.error, AttributeError):
        asked = failure.error.name or ""
        alike = [name for name in dir(owner) if name.lower() == asked.lower()]
        for name in (*alike, *(name for name in USUAL if hasattr(owner, name))):
            yield repr(name)


def _compared(failure: Failure) -> Iterator[str]:
    """The constants that the code compares with where it refused, and the keys of what it looked up."""
    for level in failure.levels[-1:-4:-1]:
        if level.statement is None or level.function is None:
            continue
        if refuses(level, failure.error):
            for test in [*tests_before(level), *_tests_beside(level)]:
                yield from _constants(level, test)
            yield from _cases(level)
        elif isinstance(level.statement, ast.Assert):
            yield from _constants(level, level.statement.test)
        if isinstance(failure.error, (KeyError, AttributeError)):
            for node in ast.walk(level.statement):
                if isinstance(node, ast.Subscript):
                    yield from _keys(value_at(level, node.value))


def _tests_beside(level: Level) -> Iterator[ast.expr]:
    """The conditions of the elif branches after the one that refuses: with these it would go on."""
    for node in ast.walk(level.function) if level.function is not None else ():
        if isinstance(node, ast.If) and level.statement in node.body:
            while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                node = node.orelse[0]
                yield node.test


def _cases(level: Level) -> Iterator[str]:
    """The constants of the match statement around a raise."""
    for node in ast.walk(level.function) if level.function is not None else ():
        if isinstance(node, ast.Match) and any(each is level.statement for each in ast.walk(node)):
            for case in node.cases:
                for each in ast.walk(case.pattern):
                    if isinstance(each, ast.MatchValue) and isinstance(each.value, ast.Constant):
                        yield repr(each.value.value)


def _constants(level: Level, test: ast.expr) -> Iterator[str]:
    for node in ast.walk(test):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                value = side.value if isinstance(side, ast.Constant) else value_at(level, side)
                if isinstance(side, ast.Constant) and isinstance(value, (str, int)) and not isinstance(value, bool):
                    yield repr(value)
                elif (isinstance(value, (list, tuple, set, frozenset)) and not isinstance(side, ast.Name)) or any(
                    isinstance(op, (ast.In, ast.NotIn)) for op in node.ops
                ):
                    yield from _keys(value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node is test:
            yield repr(node.value)


def _keys(value: Any) -> list[str]:
    if not isinstance(value, (list, tuple, set, frozenset, dict)) and not hasattr(value, "keys"):
        return []
    try:
        inside = list(value)[:40]
    except Exception:
        return []
    found = [repr(each) for each in inside if isinstance(each, (str, int)) and not isinstance(each, bool)]
    return sorted(found) if isinstance(value, (set, frozenset)) else found
