"""Questions about paths that never raise: pathlib's own do where a directory may not be entered."""

from __future__ import annotations

import os
from pathlib import Path

MOST_FILES = 5_000  # of a project that are searched


def is_file(path: Path | str) -> bool:
    """Is this a file that can be reached?"""
    return os.path.isfile(path)  # noqa: PTH113


def is_directory(path: Path | str) -> bool:
    """Is this a directory that can be reached?"""
    return os.path.isdir(path)  # noqa: PTH112


def in_repository(path: Path) -> Path | None:
    """The root of the git repository that holds a directory; a worktree's or submodule's `.git` is a file."""
    return next((folder for folder in (path, *path.parents) if os.path.exists(folder / ".git")), None)  # noqa: PTH110


def python_files(root: str) -> tuple[str, ...]:
    """The .py files below a directory in a fixed order, hidden folders left out, and all beyond the first 5,000."""
    found: list[str] = []
    todo = [root]
    while todo and len(found) < MOST_FILES:
        try:
            with os.scandir(todo.pop()) as entries:
                here = sorted(entries, key=lambda entry: entry.name)
            found += [one.path for one in here if one.name.endswith(".py")]
            inner = [one for one in here if one.is_dir() and not one.name.startswith((".", "__pycache__"))]
        except (OSError, ValueError):
            continue
        todo += [one.path for one in reversed(inner)]
    return tuple(found[:MOST_FILES])
