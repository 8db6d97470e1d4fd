"""Which files a run is about: directories are walked, .gitignore files and exclusions honoured.

Paths are texts here: thousands of path objects would take longer than a run in which nothing has changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from torchmodlint.core.finding import Problem
from torchmodlint.core.paths import in_repository, is_directory
from torchmodlint.core.settings import DEFAULT_EXCLUDE, Settings
from torchmodlint.engine.patterns import Patterns

SUFFIXES = (".py", ".pyi")
STDIN = "-"


class SourceFile(NamedTuple):
    """A file to check: where it is, absolute, and how findings name it. `source` is set for text from stdin."""

    location: str
    display_path: str
    source: bytes | None = None

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.location)

    def read(self) -> bytes:
        """The bytes of the file. Raises OSError."""
        return self.path.read_bytes() if self.source is None else self.source


class Gathered(NamedTuple):
    """The files found below the paths asked for, sorted, and what is wrong with the paths."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def gather(paths: Sequence[str], settings: Settings, cwd: Path) -> Gathered:
    """Find the files. A file that is named is taken whatever it is called, unless `force_exclude` excludes it."""
    found: dict[str, SourceFile] = {}
    problems: list[Problem] = []
    excluded = Excluded(settings)
    for given in paths:
        path = os.path.abspath(cwd / given)
        if is_directory(path):
            if not (settings.force_exclude and excluded.anywhere(path, is_directory=True)):
                shown = _Shown(cwd, given, path)
                walk = Walk(path, excluded)
                for file in walk.files():
                    if file not in found:
                        found[file] = SourceFile(file, shown.path(file))
                for error in walk.unreadable:
                    problems.append(Problem(_slashes(error.filename or given), f"cannot be read: {error.strerror}"))
        elif fault := _fault(Path(path)):
            problems.append(Problem(_slashes(given), fault))
        elif not (settings.force_exclude and excluded.anywhere(path, is_directory=False)):
            found.setdefault(path, SourceFile(path, _Shown(cwd, given, path).path(path)))
    files = sorted(found.values(), key=lambda file: file.display_path)
    return Gathered(tuple(files), tuple(problems))


def from_stdin(source: bytes, filename: str | None, settings: Settings, cwd: Path) -> Gathered:
    """Text from stdin, to be checked as if it stood in `filename`."""
    path = os.path.abspath(cwd / (filename or STDIN))
    if filename and settings.force_exclude and Excluded(settings).anywhere(path, is_directory=False):
        return Gathered((), ())
    name = _Shown(cwd, filename, path).path(path) if filename else STDIN
    return Gathered((SourceFile(path, name, source),), ())


def _fault(path: Path) -> str | None:
    """Why a path that is no directory cannot be checked."""
    try:
        path.stat()
    except FileNotFoundError:
        return "no such file or directory"
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if path.suffix == ".ipynb":
        return "notebooks cannot be checked yet; convert it to a .py file"
    return None


class _Shown:
    """How findings name the files below `start`: relative to the working directory, beside it as it was given."""

    def __init__(self, cwd: Path, given: str, start: str) -> None:
        self._cwd = os.path.join(cwd, "")
        self._given = given
        self._start = start

    def path(self, file: str) -> str:
        """The path of a file, with "/"."""
        if file.startswith(self._cwd):
            return _slashes(file.removeprefix(self._cwd))
        return _slashes(self._given if file == self._start else self._given_below(file))

    def _given_below(self, file: str) -> str:
        return os.path.join(self._given, file.removeprefix(os.path.join(self._start, "")))


def _slashes(path: str) -> str:
    return path.replace(os.sep, "/")


def _below(path: str, folder: str) -> str:
    """A path relative to a folder above it, with "/"."""
    return _slashes(path.removeprefix(os.path.join(folder, "")))


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


class Excluded:
    """The built-in exclusions and those of the configuration; later patterns win, "!" takes back."""

    def __init__(self, settings: Settings) -> None:
        self._base = str(settings.base)
        self._patterns = Patterns([*DEFAULT_EXCLUDE, *settings.exclude])

    def below(self, base: str) -> IgnoreFile:
        """The same patterns relative to another directory."""
        return IgnoreFile(os.path.join(base, ""), self._patterns)

    def anywhere(self, path: str, *, is_directory: bool) -> bool:
        """Is this path excluded, or a directory above it?"""
        if not _is_below(path, self._base) or path == self._base:
            return False
        return self._patterns.hold(_below(path, self._base), is_directory=is_directory)

    def base_for(self, start: str) -> str:
        """What patterns are relative to while `start` is walked: it was asked for, even where it is excluded itself."""
        if not _is_below(start, self._base) or self.anywhere(start, is_directory=True):
            return start
        return self._base


class IgnoreFile(NamedTuple):
    """The patterns of one .gitignore, and the start of the paths that they are relative to."""

    start: str
    patterns: Patterns

    def verdict(self, entry: os.DirEntry[str], *, is_directory: bool) -> bool | None:
        """True: ignored. False: taken back by a "!" pattern. None: not mentioned."""
        name = entry.name if self.patterns.by_name else _slashes(entry.path.removeprefix(self.start))
        return self.patterns.verdict(name, is_directory=is_directory)

    def holds(self, directory: str) -> bool:
        """Is this directory ignored, or one above it?"""
        inside = directory.startswith(self.start)
        return inside and self.patterns.hold(_slashes(directory.removeprefix(self.start)), is_directory=True)


class Walk:
    """One directory on its way to a list of Python files."""

    def __init__(self, start: str, excluded: Excluded) -> None:
        self.start = start
        self.unreadable: list[OSError] = []
        self._excluding = excluded.below(excluded.base_for(start))

    def files(self) -> Iterator[str]:
        """The files, without following links to directories, which may lead round in circles."""
        above = tuple(one for one in _ignore_files_above(self.start) if not one.holds(self.start))
        todo = [(self.start, above)]
        while todo:
            folder, ignoring = todo.pop()
            try:
                with os.scandir(folder) as found:
                    entries = list(found)
            except OSError as error:
                self.unreadable.append(error)
                continue
            if ".gitignore" in [entry.name for entry in entries]:
                ignoring = (*ignoring, *_ignore_files(folder, os.path.join(folder, ".gitignore")))
            for entry in entries:
                try:
                    if entry.name.endswith(SUFFIXES) and entry.is_file():
                        if self._wants(entry, ignoring, is_directory=False):
                            yield entry.path
                    elif entry.is_dir() and not _is_link(entry) and self._wants(entry, ignoring, is_directory=True):
                        todo.append((entry.path, ignoring))
                except OSError:
                    continue  # a link that leads nowhere good

    def _wants(self, entry: os.DirEntry[str], ignoring: Sequence[IgnoreFile], *, is_directory: bool) -> bool:
        if self._excluding.verdict(entry, is_directory=is_directory):
            return False
        for one in reversed(ignoring):
            verdict = one.verdict(entry, is_directory=is_directory)
            if verdict is not None:
                return not verdict
        return True


def _is_link(entry: os.DirEntry[str]) -> bool:
    # A junction of Windows leads elsewhere as well; Python knows it from 3.12 on.
    return entry.is_symlink() or bool(getattr(entry, "is_junction", bool)())


def _ignore_files_above(start: str) -> list[IgnoreFile]:
    """The ignore files between the root of start's git repository and `start` itself; none outside a repository."""
    root = in_repository(Path(start))
    if root is None:
        return []
    above = [str(folder) for folder in Path(start).parents if folder.is_relative_to(root)]
    found = [one for folder in reversed(above) for one in _ignore_files(folder, os.path.join(folder, ".gitignore"))]
    return [*_ignore_files(str(root), str(root / ".git" / "info" / "exclude")), *found]


def _ignore_files(folder: str, file: str) -> list[IgnoreFile]:
    """The patterns in `file`, which are relative to `folder`, or nothing if there is no such file."""
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [IgnoreFile(os.path.join(folder, ""), Patterns(lines))]


def ignored_codes(path: str, settings: Settings) -> frozenset[str]:
    """The codes that `per-file-ignores` switches off for a file."""
    codes: frozenset[str] = frozenset()
    base = str(settings.base)
    for ignore in settings.per_file_ignores:
        name = _below(path, base if _is_below(path, base) else os.path.splitdrive(path)[0] + os.sep)
        inverted = ignore.pattern.startswith("!")
        if _pattern(ignore.pattern.removeprefix("!")).hold(name, is_directory=False) != inverted:
            codes |= ignore.codes
    return codes


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> Patterns:
    return Patterns([pattern])
