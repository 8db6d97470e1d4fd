"""What is known of library classes without the library: who is an nn.Module, and whether an instance holds state.

The table beside this file is keyed by top-level library and class name, because paths inside a library move between
releases and names seldom do. It is made by `tools/build_known.py` from the libraries' own sources. A name that means
different things in one library is left out: no answer is better than a wrong one.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypedDict

TABLE = Path(__file__).with_name("known.json")


class Known(NamedTuple):
    """One library class.

    `state` is for modules. Letters say what an instance built in the ordinary way holds, itself or in its children:
    "p" parameters, "b" buffers (both only if it surely does), "m" something that behaves differently in eval mode (if
    it may). "" is surely none of these; "?" is not known, as for a class whose content depends on its arguments.
    `container` is "list", "dict", "sequential", "parameters-list" or "parameters-dict" for torch's own containers.
    `init` is "automatic" where the library sees to it that nn.Module.__init__ runs, otherwise "needed".
    """

    library: str
    name: str
    module: bool
    state: str
    container: str
    init: str


class _Library(TypedDict, total=False):
    """One library in the table. Names are separated by blanks: one long string loads faster than many short ones."""

    modules: dict[str, str]  # state -> names
    others: str  # classes that are no modules
    automatic: str  # the modules that need no call of nn.Module.__init__
    containers: dict[str, str]  # name -> kind


class _Table(TypedDict):
    aliases: dict[str, str]  # another import name of the same library
    libraries: dict[str, _Library]
    not_torch: str  # libraries whose Module and Layer only look like torch's
    call_differs: str  # libraries whose modules give `__call__` a meaning that is not that of `forward`
    paths: dict[str, str]  # dotted names that mean another class than their last component does elsewhere: "other"


@cache
def _table() -> _Table:
    table: _Table = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


@cache
def _not_torch() -> frozenset[str]:
    return frozenset(_table()["not_torch"].split())


@cache
def _classes(library: str) -> dict[str, Known]:
    """The classes of one library by name; empty when the library is not in the table."""
    entry = _table()["libraries"].get(library, {})
    containers = entry.get("containers", {})
    automatic = frozenset(entry.get("automatic", "").split())
    found = {name: Known(library, name, False, "", "", "needed") for name in entry.get("others", "").split()}
    for state, names in entry.get("modules", {}).items():
        for name in names.split():
            init = "automatic" if name in automatic else "needed"
            found[name] = Known(library, name, True, state, containers.get(name, ""), init)
    return found


@cache
def lookup(dotted: str) -> Known | None:
    """The library class that a canonical dotted name such as "torch.nn.Linear" means, or None when it is not known.

    Every class-like name (it starts with a capital) of a look-alike library such as keras is known to be no module.
    """
    library, _, rest = dotted.partition(".")
    name = rest.rpartition(".")[2]
    if not name:
        return None
    if library in _not_torch():
        return Known(library, name, False, "", "", "needed") if name.lstrip("_")[:1].isupper() else None
    if dotted in _table()["paths"]:
        return Known(library, name, False, "", "", "needed")
    known = _classes(_table()["aliases"].get(library, library)).get(name)
    if known is not None and known.state not in ("", "?") and ".quantized." in dotted:
        # A quantised layer keeps its name, but packs its weights into an object that is no parameter.
        return Known(known.library, name, True, "?", "", known.init)
    return known


def is_look_alike(library: str) -> bool:
    """Whether a library, given by its import name, is a framework beside torch with names like torch's."""
    return library in _not_torch()


def calls_differ(library: str) -> bool:
    """Whether calling a module of a library, given by its import name, means something else than its `forward`."""
    return library in _table()["call_differs"].split()


@cache
def covers(library: str) -> bool:
    """Whether the table has classes of a library, given by its import name, or knows it as a look-alike."""
    table = _table()
    return library in table["libraries"] or library in table["aliases"] or library in _not_torch()
