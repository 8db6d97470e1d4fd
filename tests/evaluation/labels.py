"""The labels: places in published packages that a person has read and judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Judgement(Enum):
    """What the reader of the place decided. Debatable places count neither for nor against the linter."""

    TRUE = "true"
    FALSE = "false"
    DEBATABLE = "debatable"


@dataclass(frozen=True)
class Place:
    """Where something stands: the folder of a package in the corpus, the file in it, the line and the code."""

    folder: str
    path: str
    line: int
    code: str


@dataclass(frozen=True)
class Label:
    """A judged place. `alt_lines` are as good as its line, `alt_codes` name the same defect under a sharper code."""

    place: Place
    judgement: Judgement
    why: str
    alt_lines: tuple[int, ...] = ()
    alt_codes: tuple[str, ...] = ()

    def places(self) -> Iterable[Place]:
        """All places at which a finding counts as a hit of this label."""
        for code in (self.place.code, *self.alt_codes):
            for line in (self.place.line, *self.alt_lines):
                yield Place(self.place.folder, self.place.path, line, code)


class LabelError(ValueError):
    """A line of the label file that cannot be used; the text says which and why."""


def read_labels(file: Path) -> list[Label]:
    """The labels of a JSON-lines file, in its order. Raises LabelError naming the file, the line and the key."""
    labels = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                labels.append(_label(json.loads(line)))
            except (KeyError, TypeError, ValueError) as error:
                message = f"{file}:{number}: not a label ({type(error).__name__}: {error})"
                raise LabelError(message) from error
    return labels


def _label(data: dict[str, Any]) -> Label:
    folder = f"{data['package']}-{data['version']}"
    return Label(
        place=Place(folder, str(data["path"]), int(data["line"]), str(data["code"])),
        judgement=Judgement(data["label"]),
        why=str(data["why"]),
        alt_lines=tuple(int(line) for line in data.get("alt_lines", ())),
        alt_codes=tuple(str(code) for code in data.get("alt_codes", ())),
    )
