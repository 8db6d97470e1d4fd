"""What belongs to the project whose files are imported, and what to the libraries beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from torchmodlint.verify.wire import PackageJob

INSTALLED = ("site-packages", "dist-packages")


@dataclass(frozen=True)
class Territory:
    """The roots of a package's job and its name: a dotted one, or a directory for files outside packages."""

    name: str
    roots: tuple[str, ...]

    @classmethod
    def of(cls, package: PackageJob) -> Territory:
        """The territory of a job."""
        return cls(package.name, package.roots)

    @cached_property
    def folder(self) -> str:
        """Where the project's own files lie: the package, or the directory of the files."""
        if not self.roots or Path(self.name).is_absolute():
            return self.name
        inside = Path(self.roots[0], self.name)
        return str(inside) if inside.is_dir() else self.roots[0]

    def owns_module(self, dotted: str) -> bool:
        """Is a module of this dotted name the project's own?"""
        top = dotted.partition(".")[0]
        return top == self.name or _lies_in(top, self.roots)

    def owns_file(self, filename: str) -> bool:
        """Is this file the project's own?"""
        for root in (self.folder, *self.roots):
            inside = filename.removeprefix(root + os.sep)
            if inside != filename:  # an environment may lie in the project's own folder
                if not any(part in INSTALLED for part in Path(inside).parts) and (
                    root == self.folder or Path(root).name not in INSTALLED
                ):
                    return True
        return False


@lru_cache(maxsize=4096)
def _lies_in(top: str, roots: tuple[str, ...]) -> bool:
    """Is there a module or package of that name in one of the roots that is no directory of installed packages?"""
    for root in roots:
        if Path(root).name in INSTALLED:
            continue
        if Path(root, f"{top}.py").is_file() or Path(root, top).is_dir():
            return True
    return False
