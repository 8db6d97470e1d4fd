"""Two values must fit each other: what the refused condition asks for is done, as far as it can be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import Any

from torchmodlint.verify.worker.synth.annotations import values_for
from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.failure import Failure
from torchmodlint.verify.worker.synth.levels import Level, refuses, tests_before, value_at
from torchmodlint.verify.worker.synth.repairs.shop import Shop
from torchmodlint.verify.worker.synth.slots import Slot, slots
from torchmodlint.verify.worker.synth.suspects import sources_of
from torchmodlint.verify.worker.synth.vocabulary import SIZE


def repairs(failure: Failure, draft: Draft, shop: Shop) -> Iterator[Draft]:
    for level in failure.levels[-1:-3:-1]:
        if isinstance(level.statement, ast.Assert) and not refuses(level, failure.error):
            tests = [level.statement.test]
        elif refuses(level, failure.error) and level.function is not None:
            *others, last = tests_before(level) or [ast.Constant(None)]
            tests = [last, *(each for each in others if _asks_kind(each))]
        else:  # `check(len(sizes) == 4)` and the like
            node = level.expression
            tests = [each for each in ast.walk(node) if isinstance(each, ast.Compare)] if node is not None else []
        for test in tests:
            for node in ast.walk(test):
                if isinstance(node, ast.Compare) and len(node.comparators) == 1:
                    if isinstance(node.ops[0], (ast.In, ast.NotIn)):
                        yield from _member(node, level, failure, draft, shop)
                    else:
                        yield from _equal(node.left, node.comparators[0], level, failure, draft)
                elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 2:
                    if node.func.id == "isinstance":
                        yield from _instance(node, level, failure, draft, shop)
                    elif node.func.id == "hasattr":
                        yield from _member(node, level, failure, draft, shop)


def _asks_kind(test: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "isinstance" for each in ast.walk(test))


def _equal(left: ast.expr, right: ast.expr, level: Level, failure: Failure, draft: Draft) -> Iterator[Draft]:
    """One side is given the value of the other: sizes, and lengths of lists."""
    for target, source in ((left, right), (right, left)):
        value = _measure(level, source)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        length = _length_of(target)
        for slot in _places(length or target, level, failure, draft):
            before = slot.get(draft)
            if length is not None:
                longer = _resized(before, int(value))
                if longer is not None:
                    yield slot.put(draft, f"{slot} gets {value} elements", longer)
            else:
                for other in (value, value + 1, value - 1, value * 2):
                    if isinstance(other, float) or other > 0:
                        yield slot.put(draft, f"{slot} becomes {other}", repr(other))


def _measure(level: Level, node: ast.expr) -> Any:
    length = _length_of(node)
    if length is None:
        return value_at(level, node)
    value = value_at(level, length)
    return len(value) if hasattr(value, "__len__") else None


def _length_of(node: ast.expr) -> ast.expr | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len" and node.args:
        return node.args[0]
    return None


def _places(node: ast.expr, level: Level, failure: Failure, draft: Draft) -> list[Slot]:
    """The slots that the names of an expression come from."""
    names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
    names += [each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)]
    known = slots(failure, draft)
    named = [slot for slot in known if slot.name in names]
    if level is failure.levels[0] and level.function is not None:
        sources = sources_of(level.function)
        made = [source for name in [*names, *(f"self.{name}" for name in names)] for source in sources.get(name, [])]
        named += [slot for slot in known if slot.parameter in made and slot not in named]
    return (named or known)[:3]


def _resized(text: str | None, length: int) -> str | None:
    """A list or tuple display with another number of elements."""
    if text is None or not 0 <= length <= 64:
        return None
    tree = ast.parse(text, mode="eval").body
    if not isinstance(tree, (ast.List, ast.Tuple)):
        return None
    elements = [*tree.elts, *[tree.elts[-1] if tree.elts else ast.Constant(32)] * length][:length]
    tree.elts = elements
    return ast.unparse(tree)


def _member(node: ast.Compare | ast.Call, level: Level, failure: Failure, draft: Draft, shop: Shop) -> Iterator[Draft]:
    """A dictionary of ours is given the key that is asked for, a record the attribute."""
    part, whole = (node.left, node.comparators[0]) if isinstance(node, ast.Compare) else (node.args[1], node.args[0])
    name = value_at(level, part)
    for slot in _places(whole, level, failure, draft) if isinstance(name, str) and name.isidentifier() else ():
        before = slot.get(draft) or ""
        added = Slot(slot.parameter, (*slot.path, name))
        value = next(shop.guesses(added), SIZE)
        if before.startswith(("{", "SimpleNamespace(")):
            if added.get(draft) is None:
                yield added.put(draft, f"{added} added", value)
        else:
            new = f"{{{name!r}: {value}}}" if isinstance(node, ast.Compare) else f"SimpleNamespace({name}={value})"
            yield slot.put(draft, f"{slot} gets {name}", new)


def _instance(node: ast.Call, level: Level, failure: Failure, draft: Draft, shop: Shop) -> Iterator[Draft]:
    kinds = value_at(level, node.args[1])
    for kind in kinds if isinstance(kinds, tuple) else (kinds,):
        if not isinstance(kind, type):
            continue
        for slot in _places(node.args[0], level, failure, draft):
            for expression in islice(values_for(kind, slot.name, shop.guesser.make), 2):
                yield slot.put(draft, f"{slot} becomes {expression}", expression)
                if (slot.get(draft) or "").startswith("["):  # what is looked at may be its elements
                    several = f"[{', '.join([expression] * 3)}]"
                    yield slot.put(draft, f"{slot} becomes {several}", several)
