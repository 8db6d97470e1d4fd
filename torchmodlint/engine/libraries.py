"""Where the installed packages lie whose source may be read, so that classes derived from theirs are understood."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path


def library_directories(root: Path) -> tuple[Path, ...]:
    """The site-packages of the active virtual environment, of one in the project, and of this interpreter, in order."""
    return tuple(dict.fromkeys(path for path in _candidates(root) if path.is_dir()))


def _candidates(root: Path) -> Iterator[Path]:
    homes = [os.environ.get("VIRTUAL_ENV"), os.environ.get("CONDA_PREFIX"), str(root / ".venv"), str(root / "venv")]
    for home in homes:
        if home:
            yield Path(home, "Lib", "site-packages")
            yield from sorted(Path(home, "lib").glob("python3*/site-packages"))
    for entry in sys.path:
        if entry.endswith(("site-packages", "dist-packages")):
            yield Path(entry)
