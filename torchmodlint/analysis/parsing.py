"""LibCST's parser, with one object for all white space that is the same.

Two fifths of the nodes of a tree are pieces of white space, most of them empty. They are immutable and no rule looks
at them, so one of each kind does for a whole tree, which takes a tenth of the time off parsing.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import libcst as cst

_PARSING = Lock()


def parse_module(text: str) -> cst.Module:
    """The tree of a text, as `libcst.parse_module` gives it, but that equal pieces of white space are one object.

    The native parser asks the package for the class of every node, and gets for this one a function that remembers.
    """
    make = cst.SimpleWhitespace
    with _PARSING:
        cst.SimpleWhitespace = _remembering(make)  # type: ignore[assignment, misc]
        try:
            return cst.parse_module(text)
        finally:
            cst.SimpleWhitespace = make  # type: ignore[misc]


def _remembering(make: type[cst.SimpleWhitespace]) -> Callable[[str], cst.SimpleWhitespace]:
    made: dict[str, cst.SimpleWhitespace] = {}

    def white_space(value: str) -> cst.SimpleWhitespace:
        found = made.get(value)
        if found is None:
            found = made[value] = make(value)
        return found

    return white_space
