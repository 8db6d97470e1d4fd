"""An object of ours lacks an attribute or a key that the code reads: it is added."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.failure import Failure
from torchmodlint.verify.worker.synth.levels import value_at
from torchmodlint.verify.worker.synth.repairs.shop import Shop
from torchmodlint.verify.worker.synth.slots import Slot, way_to


def repairs(failure: Failure, draft: Draft, shop: Shop) -> Iterator[Draft]:
    owner, name = _wanted(failure)
    if name is None or not failure.levels:
        return
    given = failure.levels[0].frame.f_locals
    for parameter in draft.values:
        values = [
            given.get(parameter),
            given.get("kwargs", {}).get(parameter) if isinstance(given.get("kwargs"), dict) else None,
        ]
        for value in values:
            way = way_to(owner, value) if value is not None else None
            if way is None:
                continue
            slot = Slot(parameter, (*way, name))
            if isinstance(owner, dict) and isinstance(failure.error, AttributeError):
                above = Slot(parameter, way)
                yield above.put(draft, f"{above} becomes a record", _as_record(above.get(draft) or "{}"))
                continue
            for expression in _some(shop, slot):
                yield slot.put(draft, f"{slot} added", expression)
            return


def _some(shop: Shop, slot: Slot) -> list[str]:
    found = list(dict.fromkeys(shop.guesses(slot)))[:3]
    return found or [shop.guesser.element(slot.name, shop.usage(slot))]


def _wanted(failure: Failure) -> tuple[Any, str | None]:
    error = failure.error
    if isinstance(error, AttributeError):
        return getattr(error, "obj", None), error.name
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str) and failure.last is not None:
        for node in ast.walk(failure.last.statement or ast.Pass()):
            if isinstance(node, ast.Subscript):
                holder = value_at(failure.last, node.value)
                if isinstance(holder, dict) and error.args[0] not in holder:
                    return holder, error.args[0]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pop":
                holder = value_at(failure.last, node.func.value)
                if isinstance(holder, dict) and error.args[0] not in holder:
                    return holder, error.args[0]
    return None, None


def _as_record(text: str) -> str:
    tree = ast.parse(text, mode="eval").body
    if not isinstance(tree, ast.Dict):
        return "SimpleNamespace()"
    pairs = [
        f"{key.value}={ast.unparse(value)}"
        for key, value in zip(tree.keys, tree.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier()
    ]
    return f"SimpleNamespace({', '.join(pairs)})"
