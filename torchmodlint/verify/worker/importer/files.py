"""The texts of the project's files, read once and within bounds, for calls of a class in them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import lru_cache

MOST_FILES, MOST_BYTES, SECONDS = 1500, 40_000_000, 1.0
SKIPPED = frozenset({".git", "__pycache__", "node_modules", ".venv", "venv", "build", "dist", ".tox", "site-packages"})


@lru_cache(maxsize=8)
def texts(folder: str) -> dict[str, str]:
    """The Python files below a folder, by path."""
    found: dict[str, str] = {}
    size, started = 0, time.monotonic()
    for path in _paths(folder, started + SECONDS):
        try:
            with open(path, encoding="utf-8", errors="strict") as file:  # noqa: PTH123
                text = file.read()
        except (OSError, ValueError):
            continue
        size += len(text)
        if len(found) >= MOST_FILES or size > MOST_BYTES or time.monotonic() - started > SECONDS:
            break
        found[path] = text
    return found


def _paths(folder: str, deadline: float) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        if time.monotonic() > deadline:
            return
        folders[:] = sorted(each for each in folders if each not in SKIPPED and not each.startswith("."))
        for name in sorted(names):
            if name.endswith(".py"):
                yield os.path.join(where, name)
