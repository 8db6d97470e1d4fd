"""A list or tuple has the wrong number of elements."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.failure import Failure
from torchmodlint.verify.worker.synth.repairs.relations import _resized
from torchmodlint.verify.worker.synth.repairs.shop import Shop
from torchmodlint.verify.worker.synth.slots import slots

EXPECTED = re.compile(r"(?:too many|not enough) values to unpack \(expected (?:at least )?(\d+)")
LADDER = (1, 2, 3, 4, 5, 6, 8)


def repairs(failure: Failure, draft: Draft, shop: Shop) -> Iterator[Draft]:
    unpack = EXPECTED.search(failure.message)
    out = isinstance(failure.error, IndexError) or "length" in failure.message or "len(" in failure.message
    if not unpack and not out and not _measured(failure):
        return
    for slot in slots(failure, draft)[:4]:
        before = slot.get(draft)
        if before is None:
            continue
        tree = ast.parse(before, mode="eval").body
        if isinstance(tree, (ast.List, ast.Tuple)):
            wanted = (int(unpack[1]),) if unpack else LADDER
            for length in wanted:
                changed = _resized(before, length)
                if changed is not None and changed != before:
                    yield slot.put(draft, f"{slot} gets {length} elements", changed)
            if unpack and tree.elts and isinstance(tree.elts[0], ast.Constant):
                inner = f"({', '.join([ast.unparse(tree.elts[0])] * int(unpack[1]))})"
                yield slot.put(draft, f"{slot} holds tuples", f"[{', '.join([inner] * len(tree.elts))}]")
        elif unpack and isinstance(tree, ast.Constant):
            changed = f"({', '.join([before] * int(unpack[1]))})"
            yield slot.put(draft, f"{slot} becomes {changed}", changed)


def _measured(failure: Failure) -> bool:
    """Does a line that failed ask for a length?"""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("len", "zip")
        for level in failure.levels
        for node in ast.walk(level.statement or ast.Pass())
    )
