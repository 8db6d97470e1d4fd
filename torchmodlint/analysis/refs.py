"""Definitions by place: a file of source, and a name in it."""

from __future__ import annotations

import builtins
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from torchmodlint.analysis.grounds import CHANGED, Fact, Ground, Ledger, digest, outline_digest
from torchmodlint.analysis.scan import ClassLine, Outline, scan


@dataclass(eq=False)
class Source:
    """One Python file. Compared by identity: a project makes one object a file."""

    path: Path
    dotted: str  # the name it is imported by, as far as its packages tell
    package: bool  # is it an `__init__`
    ledger: Ledger = field(default_factory=Ledger)
    given: str | None = None
    _outline: Outline | None = None
    _classes: dict[str, ClassLine] = field(default_factory=dict)
    _digest: str | None = None
    _given_compared: bool = False

    def __post_init__(self) -> None:
        self._outline_ground = Ground(lambda: Fact("outline", str(self.path), self._outline_digest))
        self._text_ground = Ground(lambda: Fact("text", str(self.path), self.digest()))

    @cached_property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def text(self) -> str:
        """The source text; an unreadable file counts as empty here, and is reported where it is linted."""
        self.note()
        return self.unnoted()

    def note(self) -> None:
        """The answer that is being worked out rests on the text."""
        self.ledger.page.add(self._text_ground)

    def unnoted(self) -> str:
        """The text for a reader that notes by itself what it has asked."""
        if self.given is not None:
            return self.given
        from torchmodlint.analysis.decoding import decode

        try:
            text = decode(self.path.read_bytes())
        except (OSError, ValueError, SyntaxError, LookupError):
            text = ""
        self._compare(text)
        return text

    def digest(self) -> str:
        """The digest of the text that was read, CHANGED when it was not the same each time."""
        if self._digest is None or (self.given is not None and not self._given_compared):
            self._given_compared = self.given is not None
            self._compare(self.unnoted())
        return self._digest or CHANGED

    def release(self) -> None:
        """Let go of a text that lies on disk as well; it is read again when somebody asks for it."""
        self.digest()  # so that a later reading is compared with it
        self.given = None

    def _compare(self, text: str) -> None:
        found = digest(text)
        self._digest = CHANGED if self._digest not in (None, found) else found

    @cached_property
    def _outline_digest(self) -> str:
        return outline_digest(self._scanned())

    @property
    def outline(self) -> Outline:
        self.ledger.page.add(self._outline_ground)
        return self._scanned()

    def _scanned(self) -> Outline:
        if self._outline is None:
            self._outline = scan(self.unnoted())
            # A class written twice: the last one is what the name means afterwards.
            self._classes = {line.qualname: line for line in self._outline.classes}
        return self._outline

    def class_line(self, qualname: str) -> ClassLine | None:
        _ = self.outline  # reads the file
        return self._classes.get(qualname)


class Ref(NamedTuple):
    """A definition: `name` is its qualified name inside `source`, or the whole dotted name where there is no source."""

    source: Source | None
    name: str

    def __str__(self) -> str:
        return self.name if self.source is None else f"{self.source.dotted}.{self.name}"

    def class_line(self) -> ClassLine | None:
        return None if self.source is None else self.source.class_line(self.name)

    def is_function(self) -> bool:
        if self.source is None:
            return False
        bindings = self.source.outline.bindings.get(self.name, ())
        return bool(bindings) and bindings[-1].kind == "function"

    def is_standard(self) -> bool:
        """Is it of the standard library? None of its classes is an nn.Module."""
        top, _, rest = self.name.partition(".")
        if self.source is not None:
            return False
        return (top in sys.stdlib_module_names) if rest else hasattr(builtins, top)


MODULE = Ref(None, "torch.nn.Module")
