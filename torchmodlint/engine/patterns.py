"""Patterns as in .gitignore, asked about one directory entry at a time, as git does while it walks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported only for what is more than a name: it takes as long as a run without changes
    from pathspec import RegexPattern

# "src/**" means what is in src; pathspec, which thinks of files only, would let it mean src as well.
ALL_BELOW = re.compile(r"/\*\*(/?)\s*$")
NAME = re.compile(r"\.?[\w+-][\w.+-]*/?", re.ASCII)


class Patterns:
    """Lines of patterns, relative to one directory. The last that matches decides; "!" takes back.

    An entry is its path relative to that directory, with "/", and none at its end.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        groups = [(plain, list(some)) for plain, some in groupby(lines, lambda line: bool(NAME.fullmatch(line)))]
        self._groups: list[_Names | _Others] = [_Names(some) if plain else _Others(some) for plain, some in groups]
        self._groups.reverse()
        # Whether the last part of an entry is enough to tell, which is quicker to come by.
        self.by_name = all(plain for plain, _ in groups)

    def verdict(self, entry: str, *, is_directory: bool) -> bool | None:
        """Is the entry meant itself? True: yes; False: taken back; None: not mentioned.

        The directories above are left to the caller, who does not enter those that are meant.
        """
        for group in self._groups:
            found = group.verdict(entry, is_directory)
            if found is not None:
                return found
        return None

    def hold(self, entry: str, *, is_directory: bool) -> bool:
        """Is the entry meant, or one of the directories on the way to it?"""
        parts = entry.split("/")
        above = ("/".join(parts[:count]) for count in range(1, len(parts)))
        return any(self.verdict(one, is_directory=True) for one in above) or bool(
            self.verdict(entry, is_directory=is_directory)
        )


class _Names:
    """Patterns that are a name, or a name and "/" for a directory, wherever it is."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._any = frozenset(line for line in lines if not line.endswith("/"))
        self._directories = self._any | {line[:-1] for line in lines if line.endswith("/")}

    def verdict(self, entry: str, is_directory: bool) -> bool | None:
        name = entry.rpartition("/")[2]
        return True if name in (self._directories if is_directory else self._any) else None


class _Others:
    """All other patterns. GitIgnoreSpec itself answers for files only: the directories of `*` and `!*/` are ignored."""

    def __init__(self, lines: Sequence[str]) -> None:
        from pathspec import GitIgnoreSpec

        spec = GitIgnoreSpec.from_lines(ALL_BELOW.sub(r"/**/*\1", line) for line in lines)
        self._patterns: list[RegexPattern] = [one for one in reversed(list(spec.patterns)) if one.include is not None]

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """Fits whatever one of the patterns fits: most entries fit none, and that is seen in one go."""
        return re.compile("|".join(f"(?:{text})" for text in self._texts()) or r"(?!)")

    def _texts(self) -> Iterator[str]:
        for pattern in self._patterns:
            assert pattern.regex is not None  # as `include` is not
            yield re.sub(r"\(\?P<\w+>", "(?:", pattern.regex.pattern)

    def verdict(self, entry: str, is_directory: bool) -> bool | None:
        entry += "/" * is_directory
        if self._any.search(entry) is None:
            return None
        for pattern in self._patterns:
            if _means(pattern, entry, is_directory=is_directory):
                return bool(pattern.include)
        return None


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
