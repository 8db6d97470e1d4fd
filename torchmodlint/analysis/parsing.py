"""LibCST's parser, with quicker makers of nodes.

The native parser imports `libcst` for each node, takes the node's type from it and calls it. While it parses for us it
is given a stand-in for that module, in which makers stand for the types. Nothing of LibCST itself is changed, so that
whoever has imported it goes on undisturbed.
"""

from __future__ import annotations

import sys
from threading import Lock
from types import ModuleType

import libcst as cst

from torchmodlint.analysis.making import maker, sharing_makers

cst.parse_module("")  # imports what LibCST parses with: now, so that it becomes an attribute of LibCST itself

_PARSING = Lock()
_FOUND: dict[str, object] = {"__spec__": cst.__spec__}  # the attributes that the parser has asked for so far


def parse_module(text: str) -> cst.Module:
    """The tree of a text, as `libcst.parse_module` gives it, but that equal pieces of white space are one object."""
    try:
        return _parse_quickly(text)
    except Exception:
        return cst.parse_module(text)  # if only for the error: it must be LibCST's own


def _parse_quickly(text: str) -> cst.Module:
    stand_in = ModuleType(cst.__name__)
    names = stand_in.__dict__

    def look_up(name: str) -> object:
        found = names[name] = _FOUND[name] = maker(name) or getattr(cst, name)
        return found

    with _PARSING:
        names.update(_FOUND, **sharing_makers(), __getattr__=look_up)
        sys.modules[cst.__name__] = stand_in
        try:
            return cst.parse_module(text)
        finally:
            sys.modules[cst.__name__] = cst
            names.update(vars(cst))  # for a thread that has imported it meanwhile
