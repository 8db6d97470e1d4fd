"""Other sizes, choices and kinds by turns, where nothing better is known: a ladder for each suspect."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torchmodlint.verify.worker.synth import vocabulary
from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.failure import Failure
from torchmodlint.verify.worker.synth.repairs.shop import Shop
from torchmodlint.verify.worker.synth.slots import Slot, slots

FLOATS = ("0.5", "0.1", "1.0", "0.0", "2.0", "0.01", "1", "2")
MEMORY = ("DefaultCPUAllocator", "not enough memory", "allocate")


def repairs(failure: Failure, draft: Draft, shop: Shop) -> Iterator[Draft]:
    places = slots(failure, draft)[:5]
    queues = [list(_others(slot, draft, shop, failure)) for slot in places]
    for turn in range(max((len(queue) for queue in queues), default=0)):
        for slot, queue in zip(places, queues, strict=True):
            if turn < len(queue):
                yield slot.put(draft, f"{slot} becomes {queue[turn]}", queue[turn])


def _others(slot: Slot, draft: Draft, shop: Shop, failure: Failure) -> Iterator[str]:
    before = slot.get(draft)
    seen = {before}
    for expression in _ladder(slot, before, shop, failure):
        if expression not in seen:
            seen.add(expression)
            yield expression


def _ladder(slot: Slot, before: str | None, shop: Shop, failure: Failure) -> Iterator[str]:
    if before is None:  # an optional parameter: its default led here
        yield from shop.guesses(slot)
        default = shop.blueprint.default(slot.parameter) if not slot.path else None
        before = repr(default) if isinstance(default, (int, float, str)) else None
        if before is None:
            yield from (vocabulary.SIZE, "True", "'relu'")
            return
    yield from shop.guesses(slot)
    tree = ast.parse(before, mode="eval").body
    if isinstance(tree, ast.Constant):
        if isinstance(tree.value, bool):
            yield repr(not tree.value)
        elif isinstance(tree.value, int):
            sizes: tuple[str, ...] = vocabulary.SIZES
            if any(word in failure.message for word in MEMORY) or isinstance(failure.error, MemoryError):
                sizes = ("2", "4", "8", "1")
            yield from sizes
        elif isinstance(tree.value, float):
            yield from FLOATS
        elif isinstance(tree.value, str):
            yield from ("'relu'", "'mean'", "'batch'", "'a'", "None")
    elif (
        isinstance(tree, (ast.List, ast.Tuple))
        and tree.elts
        and all(isinstance(each, ast.Constant) for each in tree.elts)
    ):
        for size in ("16", "64", "4", "8", "1", "2", "3"):
            changed = ", ".join([size] * len(tree.elts))
            yield f"[{changed}]" if isinstance(tree, ast.List) else f"({changed},)"
    for kind in ("int", "list", "str", "module", "callable", "tensor", "none"):
        yield from shop.of_kind(kind, slot)
