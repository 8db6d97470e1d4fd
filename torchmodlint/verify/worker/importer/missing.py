"""What made an import fail: the module, or the one name of a module, that is not there."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torchmodlint.verify.worker.importer.territory import Territory

# Of these only a part may be stood in for: nothing could be verified without the rest.
FOUNDATIONS = frozenset({"torch", "numpy", *sys.stdlib_module_names})
NAME = re.compile(r"cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'")
FROZEN = "<frozen importlib"


@dataclass(frozen=True)
class Missing:
    """A module, or with `name` one thing that it does not have."""

    module: str
    name: str | None = None


def diagnose(error: BaseException, territory: Territory) -> Iterator[Missing]:
    """What to stand in for so that an import that raised `error` gets further, the likeliest first."""
    one: BaseException | None = error
    for _ in range(4):  # `raise RuntimeError("install it") from error`
        if one is None:
            return
        yield from _of(one, territory)
        one = one.__cause__ or one.__context__


def _of(error: BaseException, territory: Territory) -> Iterator[Missing]:
    part, broken = _broken_library(error, territory)
    if broken is not None:
        # A library that lacks another one may do without it; what else comes out of it means that it is of no use.
        if isinstance(error, ModuleNotFoundError) and error.name and error.name.partition(".")[0] != broken:
            yield Missing(error.name)
        elif part is not None and part.count(".") == 1 and not isinstance(error, ImportError):
            yield Missing(part)  # what raises may be beside the point: a registration, a warning made an error
        yield Missing(broken)
    if isinstance(error, ModuleNotFoundError) and error.name:
        yield Missing(error.name)
    elif isinstance(error, ImportError):
        named = NAME.search(str(error))
        if named:
            if "partially initialized" not in str(error):
                yield Missing(named[2], named[1])
        elif error.name:
            yield Missing(error.name)
    elif isinstance(error, AttributeError):
        owner = getattr(error, "obj", None)
        if isinstance(owner, types.ModuleType) and error.name:
            yield Missing(owner.__name__, error.name)


def _broken_library(error: BaseException, territory: Territory) -> tuple[str | None, str | None]:
    """The module and the library whose own import raised: what comes out of it is rarely an ImportError."""
    below: list[types.FrameType] = []
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        name = frame.f_code.co_filename
        if territory.owns_file(name):
            below = []
        elif not name.startswith(FROZEN):
            below.append(frame)
        trace = trace.tb_next
    modules: list[str] = []
    for frame in below:
        dotted: Any = frame.f_globals.get("__name__", "")
        if frame.f_code.co_name == "<module>" and dotted != "__main__" and not dotted.startswith("torchmodlint.verify"):
            modules.append(dotted)
    if not modules:
        return None, None
    top = modules[0].partition(".")[0]
    if top in FOUNDATIONS:
        return None, modules[0]
    inside = [each for each in modules if each.startswith(f"{top}.")]
    return (inside[-1] if inside else None), top


def broken_package(error: BaseException, territory: Territory) -> str | None:
    """The innermost package of the project in whose `__init__` the error came up."""
    found: str | None = None
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_name == "<module>" and Path(code.co_filename).name == "__init__.py":
            if territory.owns_file(code.co_filename):
                found = trace.tb_frame.f_globals.get("__name__")
        trace = trace.tb_next
    return found
