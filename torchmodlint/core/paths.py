"""Questions about paths that never raise: pathlib's own do where a directory may not be entered."""

from __future__ import annotations

import os
from pathlib import Path


def is_file(path: Path) -> bool:
    """Is this a file that can be reached?"""
    return os.path.isfile(path)  # noqa: PTH113


def is_directory(path: Path) -> bool:
    """Is this a directory that can be reached?"""
    return os.path.isdir(path)  # noqa: PTH112


def in_repository(path: Path) -> Path | None:
    """The root of the git repository that holds a directory; a worktree's or submodule's `.git` is a file."""
    return next((folder for folder in (path, *path.parents) if os.path.exists(folder / ".git")), None)  # noqa: PTH110
