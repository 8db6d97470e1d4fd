"""The directory of everything that is remembered from run to run: which one it is, how it is made, how it is removed.

It may lie in a repository that somebody else has filled, so nothing in it is believed to be ours by its place alone.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from torchmodlint.core.writing import write_atomically

FOLDER = ".torchmodlint_cache"
PARTS = ("verdicts", "results")  # the directories in it, one for each kind of thing that is remembered
VARIABLE = "TORCHMODLINT_CACHE_DIR"
TAG = "CACHEDIR.TAG"
SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"  # https://bford.info/cachedir/
OURS = "Made by torchmodlint"


def chosen(root: Path, configured: Path | None = None) -> Path:
    """The directory for the project at `root`; a directory of the user's where the project must not be written to."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(os.path.abspath(given))
    if configured is not None:
        return configured
    folder = root / FOLDER
    return folder if _may_be_written(folder) else _of_user()


def _may_be_written(folder: Path) -> bool:
    if os.path.lexists(folder):
        return os.path.isdir(folder) and os.access(folder, os.W_OK)  # noqa: PTH112
    return os.access(folder.parent, os.W_OK)


def _of_user() -> Path:
    home = os.path.expanduser("~")  # noqa: PTH111  # unlike pathlib's it never fails
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return Path(base, "torchmodlint")


def prepare(folder: Path, part: str) -> Path:
    """Make the directory, marked so that backups and git leave it alone, and one of its parts. Raises OSError."""
    if not (folder / TAG).is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / ".gitignore", "*\n")
        write_atomically(folder / TAG, f"{SIGNATURE}\n# {OURS}; `torchmodlint clean` removes it.\n")
    inner = folder / part
    inner.mkdir(exist_ok=True)
    if inner.is_symlink():  # whatever lies there is not ours to replace
        raise NotADirectoryError(f"{inner} is a link")
    return inner


def clear(folder: Path) -> bool:
    """Remove a cache; False when there is none. Raises ValueError for a directory that is not ours, and OSError."""
    if not folder.is_dir():
        return False
    try:
        ours = OURS in (folder / TAG).read_text(encoding="utf-8", errors="replace")  # other tools write tags as well
    except FileNotFoundError:
        ours = False
    if not ours:
        raise ValueError(f"{folder} is no cache of torchmodlint: it has no {TAG} that says so")
    for inner in (folder / part for part in PARTS):
        if inner.is_symlink():
            inner.unlink()
        elif inner.is_dir():
            for file in inner.iterdir():
                file.unlink(missing_ok=True)
            with contextlib.suppress(FileNotFoundError):
                inner.rmdir()
    for name in (".gitignore", TAG):  # the tag last: without it the directory would not be known for ours
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # somebody else's file stays, and so does the directory
        folder.rmdir()
    return True
