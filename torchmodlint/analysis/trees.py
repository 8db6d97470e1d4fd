"""Parsed files: the one being linted, and the few others whose code has to be read, parsed when asked for."""

from __future__ import annotations

from collections import OrderedDict

import libcst as cst

from torchmodlint.analysis.cycles import Remembered
from torchmodlint.analysis.definitions import Definitions
from torchmodlint.analysis.excerpts import Excerpts
from torchmodlint.analysis.project import Project, Ref, Source

ROOM = 400_000  # characters of source whose trees are kept: a tree takes 200 to 340 times its source


class Trees:
    """The definitions of files. Trees of other files are kept while there is room, the oldest dropped first."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._current: tuple[Source, Definitions] | None = None
        # What the instances of a class hold (see `state`); a class that holds itself holds nothing more by that.
        self.contents: Remembered[Ref, frozenset[str]] = Remembered(frozenset(), project.ledger)
        self.hints: dict[Source, frozenset[str]] = {}  # what the texts of other files hold (see `flow`)
        self.dark: dict[Source, frozenset[str]] = {}  # what other files call without gradients (see `flow.callers`)
        self.asking: dict[Source, bool] = {}  # whether models of other files ask for gradients (see there, too)
        self._others: OrderedDict[Source, Excerpts] = OrderedDict()

    @classmethod
    def of(cls, project: Project) -> Trees:
        """The trees of a project: one object for all its files."""
        if not isinstance(project.trees, cls):
            project.trees = cls(project)
        return project.trees

    def begin(self, source: Source, tree: cst.Module) -> Definitions:
        """Make `tree` the file being linted, and drop what there is no room for: never while a file needs it."""
        while len(self._others) > 1 and sum(one.size for one in self._others.values()) > ROOM:
            self._others.popitem(last=False)
        self._current = (source, Definitions.of(tree))
        return self._current[1]

    def end(self) -> None:
        """The file being linted is done."""
        self._current = None

    def definitions(self, source: Source, parse: bool) -> Definitions | None:
        """The definitions of a file; None when it would have to be parsed and `parse` is False."""
        if self._current is not None and self._current[0] is source:
            source.note()  # a remembered answer about another file may come to rest on it
            return self._current[1]
        if not parse:  # not even one that happens to be at hand: answers must not depend on what was asked before
            return None
        source.note()
        if source in self._others:
            self._others.move_to_end(source)
        else:
            self._others[source] = Excerpts(source)
        return self._others[source]
