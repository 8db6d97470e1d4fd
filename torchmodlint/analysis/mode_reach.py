"""Does a module run a piece of code in both modes? And did its author say that this is meant?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.mode_tests import ModeTests
from torchmodlint.analysis.uses import uses
from torchmodlint.analysis.words import says_bayesian, says_on_purpose, says_training


class ModeReach:
    """Answers for one file."""

    def __init__(self, lineage: Lineage, tests: ModeTests) -> None:
        self.lineage = lineage
        self.tests = tests
        self._asked: set[int] = set()

    def in_both(self, node: cst.CSTNode, rate: cst.BaseExpression) -> bool:
        """Does a method of a module, or a function that one calls, come here without a look at the mode?

        `rate` is that of `ModeTests.decided`.
        """
        return self._run(node, lambda one: self.tests.decided(one, rate))

    def in_any(self, node: cst.CSTNode) -> bool:
        """Does one come here at all?"""
        return self._run(node, lambda one: False)

    def _run(self, node: cst.CSTNode, barred: Callable[[cst.CSTNode], bool]) -> bool:
        if barred(node):
            return False
        function = self.lineage.function(node)
        while isinstance(function, cst.Lambda):
            kept = self._kept(function)
            if kept is not None:
                return any(self._run(one, barred) for one in kept)
            function = self.lineage.function(function)
        if function is None or id(function) in self._asked:
            return False
        self._asked.add(id(function))
        try:
            return self._entered(function, barred)
        finally:
            self._asked.discard(id(function))

    def _entered(self, function: cst.FunctionDef, barred: Callable[[cst.CSTNode], bool]) -> bool:
        owner = self.lineage.owner(function)
        name = function.name.value
        if owner is not None and (id(owner) not in self.tests.classes or says_training(name)):
            return False
        if owner is not None and name in ("forward", "__call__", "__init__"):
            return True
        users = [one for one in uses(self.lineage, function) if self.lineage.function(one) is not function]
        if owner is not None and not users:
            return not name.startswith("_")  # who calls a hidden method, a subclass perhaps, is out of sight
        return any(self._run(one, barred) for one in users)

    def _kept(self, function: cst.Lambda) -> list[cst.Attribute] | None:
        """The uses of `self.name` when the lambda is kept there; None when it goes elsewhere or nobody reads it."""
        parent = self.lineage.parent(function)
        if not isinstance(parent, cst.Assign) or len(parent.targets) != 1:
            return None
        target = parent.targets[0].target
        if not isinstance(target, cst.Attribute) or not self.lineage.is_me(target.value):
            return None
        same = self.lineage.attributes[target.attr.value]
        return [one for one in same if one is not target and self.lineage.is_me(one.value)] or None

    def meant(self, node: cst.CSTNode) -> bool:
        """Do names, docstrings or comments around a dropout say that it is on in evaluation too?"""
        for outer in self.lineage.above(node):
            if isinstance(outer, cst.FunctionDef | cst.ClassDef):
                if says_bayesian(outer.name.value) or says_on_purpose(outer.get_docstring() or ""):
                    return True
            elif any(says_on_purpose(text, about_dropout=True) for text in _comments(outer)):
                return True
        return False


def _comments(node: cst.CSTNode) -> Iterator[str]:
    """The comments directly above a statement and on its line."""
    for line in getattr(node, "leading_lines", ()):
        if line.comment is not None:
            yield line.comment.value
    trailing = getattr(node, "trailing_whitespace", None)
    if isinstance(trailing, cst.TrailingWhitespace) and trailing.comment is not None:
        yield trailing.comment.value
