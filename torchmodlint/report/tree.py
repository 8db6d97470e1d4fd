"""The tree of a built module, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from torchmodlint import __version__
from torchmodlint.core.inspection import Inspection
from torchmodlint.core.parts import Held, Part
from torchmodlint.report.paint import Paint, printable, width
from torchmodlint.report.verdicts import circumstances, notes

HEADS = ("parameters", "trainable", "buffers", "MB")
INDENT = "  "


def tree_as_text(inspection: Inspection, *, color: bool = False, depth: int | None = None) -> str:
    """The tree with a row for each module, down to `depth` levels, what is hidden, and how the object was made."""
    paint = Paint(color)
    shown = [part for part in inspection.parts if depth is None or _level(part) <= depth]
    labels = [_label(part, inspection.owner) for part in shown]
    rows = [_numbers(part) for part in shown]
    wide = [max(len(head), *(len(row[column]) for row in rows)) for column, head in enumerate(HEADS)]
    widest = max(width(label) for label in labels)
    lines = [f"{' ' * widest}  {paint.dim(_aligned(HEADS, wide))}"]
    for label, row in zip(labels, rows, strict=True):
        lines.append(f"{label}{' ' * (widest - width(label))}  {_aligned(row, wide)}")
    left_out = inspection.parts_left_out + len(inspection.parts) - len(shown)
    if left_out:
        lines.append(paint.dim(f"{left_out:,} modules below these are not shown"))
    lines += ["", *_hidden(inspection, paint), "", *notes(inspection.verdict)]
    lines.append(circumstances(inspection.verification, "Built"))
    return "".join(line + "\n" for line in lines)


def _level(part: Part) -> int:
    return part.name.count(".") + 1 if part.name else 0


def _label(part: Part, owner: str) -> str:
    """The last part of the name, indented, and the type."""
    if not part.name:
        return printable(owner)
    text = f"{INDENT * _level(part)}{part.name.rpartition('.')[2]}: {part.type}"
    if part.shared_with is not None:
        text += f" (the same as {part.shared_with or 'the whole'})"
    return printable(text)


def _numbers(part: Part) -> tuple[str, ...]:
    if part.lazy and not part.parameters:
        return "lazy", "lazy", f"{part.buffers:,}", _megabytes(part.bytes)
    return f"{part.parameters:,}", f"{part.trainable:,}", f"{part.buffers:,}", _megabytes(part.bytes)


def _megabytes(size: int) -> str:
    """In units of 1,000,000 bytes; something small is not shown as nothing."""
    return "<0.01" if 0 < size < 5_000 else f"{size / 1_000_000:,.2f}"


def _aligned(cells: Sequence[str], wide: Sequence[int]) -> str:
    return "  ".join(f"{cell:>{size}}" for cell, size in zip(cells, wide, strict=True))


def _hidden(inspection: Inspection, paint: Paint) -> Iterator[str]:
    if not inspection.hidden:
        yield "Nothing is hidden: all modules and tensors that it holds are registered."
        return
    yield paint.outcome("Held but not registered, so not trained, moved or saved with it:", "confirmed")
    for held in inspection.hidden:
        yield f"{INDENT}{printable(held.path)}: {printable(held.type)}, {_facts(held)}"
    if inspection.hidden_left_out:
        yield f"{INDENT}and {inspection.hidden_left_out:,} more"


def _facts(held: Held) -> str:
    numbers = f"{held.elements:,} number{'' if held.elements == 1 else 's'}, {_megabytes(held.bytes)} MB"
    if held.kind == "module":
        return f"{held.parameters:,} parameter tensor{'' if held.parameters == 1 else 's'} with {numbers}"
    return f"{numbers}, requires grad" if held.requires_grad else numbers


def tree_as_json(inspection: Inspection) -> str:
    """One object: the parts, what is hidden, and how the object was made."""
    verdict, verification = inspection.verdict, inspection.verification
    document = {
        "tool": "torchmodlint",
        "version": __version__,
        "path": inspection.path,
        "class": inspection.owner,
        "modules": [asdict(part) for part in inspection.parts],
        "modules_left_out": inspection.parts_left_out,
        "hidden": [asdict(held) for held in inspection.hidden],
        "hidden_left_out": inspection.hidden_left_out,
        "built": verdict.built,
        "stubbed": list(verdict.stubbed),
        "verifier": {
            "python": verification.python,
            "executable": verification.executable,
            "torch": verification.torch,
            "device": verdict.device,
            "layers": list(verification.layers),
        },
    }
    return json.dumps(document, indent=2) + "\n"
