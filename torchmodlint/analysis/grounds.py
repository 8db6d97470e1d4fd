"""What the answers about other files rest on, noted while one file is linted.

A result may be taken up again when everything that was asked about other files would be answered alike. Within a run
answers are remembered, and one that is given a second time looks at no file; so each carries its grounds with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from torchmodlint.analysis.outline import Binding, Outline

V = TypeVar("V")

Kind = Literal["file", "folder", "outline", "text", "tree"]
YES, NO = "yes", "no"
CHANGED = "changed"  # for a digest, when a file was not the same at each reading


class Fact(NamedTuple):
    """Something that was asked, and how it was answered.

    "file" and "folder": is there one at `path`? "outline" and "text": what is written there, as a digest.
    "tree": the texts of all Python files below `path`, as a digest.
    """

    kind: Kind
    path: str
    answer: str


@dataclass(eq=False, slots=True)
class Ground:
    """A fact that is spelled out only when somebody wants to know."""

    fact: Callable[[], Fact]


@dataclass(eq=False, slots=True)
class Kept(Generic[V]):
    """An answer, and what it rests on: grounds, and other answers."""

    answer: V
    rests_on: tuple[Ground | Kept[object], ...]  # as there are very many, and sets take three times the room


class Ledger:
    """Notes what is asked. There is one for all files of a project."""

    def __init__(self) -> None:
        self.page: set[Ground | Kept[object]] = set()

    def keep(self, work_out: Callable[[], V]) -> Kept[V]:
        """An answer with its grounds, which are those of whoever asks for it as well."""
        outer, self.page = self.page, set()
        try:
            kept = Kept(work_out(), tuple(self.page))
        except BaseException:
            outer |= self.page  # whoever goes on without the answer has asked all the same
            raise
        finally:
            self.page = outer
        outer.add(kept)  # type: ignore[arg-type]  # nobody writes an answer through the page
        return kept

    def record(self, work_out: Callable[[], V]) -> tuple[V, frozenset[Fact]]:
        """What comes out, and every fact that it rests on, whatever was asked before."""
        outer, self.page = self.page, set()
        try:
            kept = self.keep(work_out)
        finally:
            self.page = outer
        return kept.answer, frozenset(one.fact() for one in _grounds(kept))

    def pass_over(self, work_out: Callable[[], V]) -> tuple[V, frozenset[Fact]]:
        """The same for what nobody remembers: no facts are worked out."""
        outer, self.page = self.page, set()
        try:
            return work_out(), frozenset()
        finally:
            self.page = outer


def _grounds(kept: Kept[V]) -> set[Ground]:
    found: set[Ground] = set()
    seen: set[Kept[object]] = set()
    todo = [kept.rests_on]
    while todo:
        for one in todo.pop():
            if isinstance(one, Ground):
                found.add(one)
            elif one not in seen:
                seen.add(one)
                todo.append(one.rests_on)
    return found


def digest(text: str) -> str:
    """A short text that stands for a long one."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def tree_digest(texts: Iterable[tuple[str, str]]) -> str:
    """The digest of many files, given the path and the digest of each."""
    return digest("".join(f"{path}\0{one}\n" for path, one in texts))


def outline_digest(outline: Outline) -> str:
    """The digest of what an outline says, without the lines: where a thing is written changes with every edit.

    Whoever goes by the lines reads the text there.
    """
    said = [
        [(name, _said(bindings)) for name, bindings in outline.bindings.items()],
        outline.stars,
        [(one.qualname, one.bases, one.keywords, one.conditional) for one in outline.classes],
        [(name, _said(bindings)) for name, bindings in outline.inner_imports.items()],
        outline.exports,
    ]
    return digest(repr(said))


def _said(bindings: tuple[Binding, ...]) -> list[tuple[str, str, bool]]:
    return [(one.kind, one.target, one.conditional) for one in bindings]
