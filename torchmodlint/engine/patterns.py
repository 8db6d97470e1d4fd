"""Patterns as in .gitignore, asked about one directory entry at a time, as git does while it walks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from pathspec import GitIgnoreSpec, RegexPattern

# "src/**" means what is in src; pathspec, which thinks of files only, would let it mean src as well.
ALL_BELOW = re.compile(r"/\*\*(/?)\s*$")


class Patterns:
    """Lines of patterns, relative to one directory. The last that matches decides; "!" takes back."""

    def __init__(self, lines: Iterable[str]) -> None:
        spec = GitIgnoreSpec.from_lines(ALL_BELOW.sub(r"/**/*\1", line) for line in lines)
        self._patterns: list[RegexPattern] = list(reversed(list(spec.patterns)))

    def verdict(self, path: PurePath, *, is_directory: bool) -> bool | None:
        """Is the entry `path` meant itself? True: yes; False: taken back; None: not mentioned.

        The directories above are left to the caller, who does not enter those that are meant. GitIgnoreSpec itself
        answers for files only: to it, the directories of `*` and `!*/` are ignored.
        """
        entry = path.as_posix() + "/" * is_directory
        for pattern in self._patterns:
            if pattern.include is not None and _means(pattern, entry, is_directory=is_directory):
                return bool(pattern.include)
        return None

    def hold(self, path: PurePath, *, is_directory: bool) -> bool:
        """Is the entry meant, or one of the directories on the way to it?"""
        above = [parent for parent in path.parents if parent.name]
        return any(self.verdict(one, is_directory=True) for one in above) or bool(
            self.verdict(path, is_directory=is_directory)
        )


def _means(pattern: RegexPattern, entry: str, *, is_directory: bool) -> bool:
    """Does the pattern match the whole entry, and not only a directory above it?"""
    found = pattern.match_file(entry)
    if found is None:
        return False
    match = found.match
    # The one group of these expressions holds the slash after a directory that matched.
    if not match.re.groups or match.end(1) < 0 or match.end(1) == len(entry):
        return True
    any_directory = match.start() > 0  # "*/" alone is not anchored: its match is just the first slash
    return any_directory and is_directory
