"""The class index: which dotted name means which definition, and which classes are nn.Modules.

Everything here rests on the outlines that `scan` reads off the text, so a file that is only asked about is never
parsed. Answers do not depend on the order of questions: candidates are kept in source order, and what cannot be
decided is UNKNOWN.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property, lru_cache
from pathlib import Path

from torchmodlint.analysis import known
from torchmodlint.analysis.cycles import Remembered
from torchmodlint.analysis.grounds import Fact, Ground, tree_digest
from torchmodlint.analysis.linearise import linearise
from torchmodlint.analysis.refs import MODULE, Ref, Source
from torchmodlint.analysis.resolve import Resolver
from torchmodlint.core.paths import python_files

__all__ = ["MODULE", "Answer", "Project", "Ref", "Source", "Trigger"]


Trigger = str | tuple[str, ...]  # a text that a file must hold, or several that it must all hold

_WORD = re.compile(r"\.?\w+")


class Answer(Enum):
    """Three answers; UNKNOWN keeps every rule quiet."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Project:
    """All that is known about the files of one project and the libraries beside it; one object per process.

    `root` is the project's directory: absolute imports are looked for from the importing file's package upwards to
    it, `src/` included. `libraries` are directories of installed packages whose source may be read, never imported.
    """

    def __init__(self, root: Path, libraries: Sequence[Path] = ()) -> None:
        self.resolver = Resolver(root, libraries)
        self.ledger = self.resolver.ledger
        # An inheritance cycle decides nothing.
        self._is_module: Remembered[Ref, Answer] = Remembered(Answer.UNKNOWN, self.ledger)
        self._ancestors: Remembered[Ref, tuple[tuple[Ref, ...], bool]] = Remembered(((), False), self.ledger)
        self._above: Remembered[Ref, frozenset[Ref]] = Remembered(frozenset(), self.ledger)
        self.trees: object = None  # parsed files, kept here because this file must not import LibCST

    def source(self, path: Path, text: str | None = None) -> Source:
        """The file at `path`; `text` is given by a caller that has read it already."""
        return self.resolver.source(path, text)

    def everything(self) -> tuple[Source, ...]:
        """All Python files of the project. The answer rests on the text of each: it is read with `unnoted`."""
        sources, ground = self._everything
        self.ledger.page.add(ground)
        return sources

    @cached_property
    def _everything(self) -> tuple[tuple[Source, ...], Ground]:
        root = self.resolver.root
        sources, _ = self.ledger.record(lambda: tuple(self.source(Path(path)) for path in python_files(str(root))))
        return sources, Ground(
            lambda: Fact("tree", str(root), tree_digest((str(one.path), one.digest()) for one in sources))
        )

    def resolve(self, source: Source, dotted: str) -> tuple[Ref, ...]:
        """Every definition that `dotted`, written at module level of `source`, may mean; () when nothing is known."""
        return self.resolver.resolve(source, dotted)

    def member(self, module: Source, name: str) -> tuple[Ref, ...]:
        """What `module.name` may mean from outside: a name of the module, or a module of the package that it is."""
        return self.resolve(module, name) or (self.resolver.imported(module, f".{name}") if module.package else ())

    def definition(self, ref: Ref) -> Ref:
        """`ref`, or for a name of an installed library the place in that library's source that defines it."""
        if ref.source is not None or known.lookup(ref.name) is not None:
            return ref
        found = self.resolver.installed(ref.name)
        return found[0] if len(found) == 1 else ref

    def bases(self, ref: Ref) -> tuple[tuple[Ref, ...], ...]:
        """The candidates of each base of a class with source, in order; an empty tuple is an unreadable base."""
        line = ref.class_line()
        if line is None or ref.source is None:
            return ()
        return tuple(self.resolver.resolve_in(ref.source, line.qualname, base) if base else () for base in line.bases)

    def is_module(self, ref: Ref) -> Answer:
        """Does the class `ref` derive from torch.nn.Module?"""
        return self._is_module.get(ref, lambda: self._decide(ref))

    def _decide(self, ref: Ref) -> Answer:
        if ref == MODULE:
            return Answer.YES
        if ref.source is None:
            entry = known.lookup(ref.name)
            if entry is not None:
                return Answer.YES if entry.module else Answer.NO
            if ref.is_standard():
                return Answer.NO
            found = self.definition(ref)
            return self.is_module(found) if found != ref else Answer.UNKNOWN
        line = ref.class_line()
        if line is None:
            return Answer.UNKNOWN
        answer = Answer.NO
        for candidates in self.bases(ref):
            answers = {self.is_module(base) for base in candidates} or {Answer.UNKNOWN}
            if answers == {Answer.YES}:
                return Answer.YES
            if answers != {Answer.NO}:
                answer = Answer.UNKNOWN
        return answer

    def ancestors(self, ref: Ref) -> tuple[tuple[Ref, ...], bool]:
        """The method resolution order below `ref` itself, and whether it is complete (no base was unreadable)."""
        return self._ancestors.get(ref, lambda: self._linearise(ref))

    def _linearise(self, ref: Ref) -> tuple[tuple[Ref, ...], bool]:
        if ref.source is None:
            entry = known.lookup(ref.name)
            if ref == MODULE or ref.is_standard():
                return (), True
            if entry is not None and entry.module:
                return (MODULE,), entry.library == "torch"
            return (), entry is not None
        if ref in self._reached(ref):
            return (), False  # derived from itself: any order would depend on where it was begun
        complete = True
        orders: list[tuple[Ref, ...]] = []
        direct: list[Ref] = []
        for candidates in self.bases(ref):
            if len(candidates) != 1:
                complete = False
                # All of several candidates may still be modules: the first stands for them.
                if not candidates or any(self.is_module(one) is not Answer.YES for one in candidates):
                    continue
            base = self.definition(candidates[0])
            order, whole = self.ancestors(base)
            complete = complete and whole
            orders.append((base, *order))
            direct.append(base)
        return linearise(orders, direct), complete and ref.class_line() is not None

    def _reached(self, ref: Ref) -> frozenset[Ref]:
        """The classes above `ref`, in no order; itself among them when its bases lead back to it."""
        return self._above.get(ref, lambda: self._reach(ref))

    def _reach(self, ref: Ref) -> frozenset[Ref]:
        direct = frozenset(self.definition(candidates[0]) for candidates in self.bases(ref) if candidates)
        return direct.union(*(self._reached(base) for base in direct))

    def module_classes(self, source: Source) -> Iterator[Ref]:
        """The classes of a file that are nn.Modules, nested and local ones included."""
        for line in source.outline.classes:
            ref = Ref(source, line.qualname)
            if self.is_module(ref) is Answer.YES:
                yield ref

    def worth_parsing(self, path: Path, text: str, triggers: Iterable[Trigger]) -> bool:
        """May a rule find something in this file? False only when it holds no nn.Module class and no trigger."""
        if occurs(text, triggers):
            return True
        return next(self.module_classes(self.source(path, text)), None) is not None


def occurs(text: str, triggers: Iterable[Trigger]) -> bool:
    """Does one of the triggers occur in a text?"""
    return any(
        word in text and any(all(part in text for part in parts) for parts in many)
        for word, many in _by_word(frozenset(triggers)).items()
    )


@lru_cache(maxsize=128)
def _by_word(triggers: frozenset[Trigger]) -> Mapping[str, Sequence[tuple[str, ...]]]:
    """The triggers by a word in each: many share one, and most texts do not hold it."""
    parts = {(trigger,) if isinstance(trigger, str) else trigger for trigger in triggers}
    longest = {one: max(_WORD.findall(" ".join(one)), key=len, default=one[0]) for one in parts}
    found: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for one, word in longest.items():
        found[min((other for other in longest.values() if other in word), key=len)].append(one)
    return found
