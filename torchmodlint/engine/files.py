"""Which files a run is about: directories are walked, .gitignore files and exclusions honoured."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from torchmodlint.core.finding import Problem
from torchmodlint.core.paths import in_repository, is_directory, is_file
from torchmodlint.core.settings import DEFAULT_EXCLUDE, Settings
from torchmodlint.engine.patterns import Patterns

SUFFIXES = (".py", ".pyi")
STDIN = "-"


@dataclass(frozen=True)
class SourceFile:
    """A file to check: where it is, and how findings name it. `source` is set for text that came through stdin."""

    path: Path
    display_path: str
    source: bytes | None = None

    def read(self) -> bytes:
        """The bytes of the file. Raises OSError."""
        return self.path.read_bytes() if self.source is None else self.source


@dataclass(frozen=True)
class Gathered:
    """The files found below the paths asked for, sorted, and what is wrong with the paths."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def gather(paths: Sequence[str], settings: Settings, cwd: Path) -> Gathered:
    """Find the files. A file that is named is taken whatever it is called, unless `force_exclude` excludes it."""
    found: dict[Path, SourceFile] = {}
    problems: list[Problem] = []
    excluded = Excluded(settings)
    for given in paths:
        path = Path(os.path.abspath(cwd / given))
        if is_directory(path):
            if not (settings.force_exclude and excluded.anywhere(path, is_directory=True)):
                walk = Walk(path, excluded)
                for file in walk.files():
                    found.setdefault(file, SourceFile(file, display(file, cwd, given, path)))
                for error in walk.unreadable:
                    problems.append(Problem(_slashes(error.filename or given), f"cannot be read: {error.strerror}"))
        elif fault := _fault(path):
            problems.append(Problem(_slashes(given), fault))
        elif not (settings.force_exclude and excluded.anywhere(path, is_directory=False)):
            found.setdefault(path, SourceFile(path, display(path, cwd, given, path)))
    files = sorted(found.values(), key=lambda file: file.display_path)
    return Gathered(tuple(files), tuple(problems))


def from_stdin(source: bytes, filename: str | None, settings: Settings, cwd: Path) -> Gathered:
    """Text from stdin, to be checked as if it stood in `filename`."""
    path = Path(os.path.abspath(cwd / (filename or STDIN)))
    if filename and settings.force_exclude and Excluded(settings).anywhere(path, is_directory=False):
        return Gathered((), ())
    name = display(path, cwd, filename, path) if filename else STDIN
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


def display(file: Path, cwd: Path, given: str, start: Path) -> str:
    """The path that findings show: relative to the working directory, and beside it as it was given; with "/"."""
    try:
        return file.relative_to(cwd).as_posix()
    except ValueError:
        return _slashes(os.path.join(given, file.relative_to(start))) if file != start else _slashes(given)


def _slashes(path: str) -> str:
    return path.replace(os.sep, "/")


class Excluded:
    """The built-in exclusions and those of the configuration; later patterns win, "!" takes back."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.base
        self._patterns = Patterns([*DEFAULT_EXCLUDE, *settings.exclude])

    def entry(self, path: Path, base: Path, *, is_directory: bool) -> bool:
        """Is this path itself excluded, when patterns are relative to `base`?"""
        return bool(self._patterns.verdict(path.relative_to(base), is_directory=is_directory))

    def anywhere(self, path: Path, *, is_directory: bool) -> bool:
        """Is this path excluded, or a directory above it?"""
        if not path.is_relative_to(self._base):
            return False
        return self._patterns.hold(path.relative_to(self._base), is_directory=is_directory)

    def base_for(self, start: Path) -> Path:
        """What patterns are relative to while `start` is walked: it was asked for, even where it is excluded itself."""
        if not start.is_relative_to(self._base) or self.anywhere(start, is_directory=True):
            return start
        return self._base


@dataclass(frozen=True)
class IgnoreFile:
    """The patterns of one .gitignore and the directory they are relative to."""

    directory: Path
    patterns: Patterns

    def verdict(self, path: Path, *, is_directory: bool) -> bool | None:
        """True: ignored. False: taken back by a "!" pattern. None: not mentioned."""
        return self.patterns.verdict(path.relative_to(self.directory), is_directory=is_directory)

    def holds(self, directory: Path) -> bool:
        """Is this directory ignored, or one above it?"""
        return self.patterns.hold(directory.relative_to(self.directory), is_directory=True)


class Walk:
    """One directory on its way to a list of Python files."""

    def __init__(self, start: Path, excluded: Excluded) -> None:
        self.start = start
        self.unreadable: list[OSError] = []
        self._excluded = excluded
        self._base = excluded.base_for(start)

    def files(self) -> Iterator[Path]:
        """The files, without following links to directories, which may lead round in circles."""
        above = tuple(one for one in _ignore_files_above(self.start) if not one.holds(self.start))
        ignore_files = {self.start.parent: above}
        for folder, directories, names in os.walk(self.start, onerror=self.unreadable.append):
            here = Path(folder)
            ignoring = ignore_files[here] = (*ignore_files[here.parent], *_ignore_files(here, here / ".gitignore"))
            directories[:] = [name for name in directories if self._wants(here / name, ignoring, is_directory=True)]
            for path in (here / name for name in names if name.endswith(SUFFIXES)):
                if is_file(path) and self._wants(path, ignoring, is_directory=False):
                    yield path

    def _wants(self, path: Path, ignoring: Sequence[IgnoreFile], *, is_directory: bool) -> bool:
        if self._excluded.entry(path, self._base, is_directory=is_directory):
            return False
        verdicts = (one.verdict(path, is_directory=is_directory) for one in reversed(ignoring))
        return not next((verdict for verdict in verdicts if verdict is not None), False)


def _ignore_files_above(start: Path) -> list[IgnoreFile]:
    """The ignore files between the root of start's git repository and `start` itself; none outside a repository."""
    root = in_repository(start)
    if root is None:
        return []
    above = [folder for folder in start.parents if folder.is_relative_to(root)]
    found = [one for folder in reversed(above) for one in _ignore_files(folder, folder / ".gitignore")]
    return [*_ignore_files(root, root / ".git" / "info" / "exclude"), *found]


def _ignore_files(folder: Path, file: Path) -> list[IgnoreFile]:
    """The patterns in `file`, which are relative to `folder`, or nothing if there is no such file."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [IgnoreFile(folder, Patterns(lines))]


def ignored_codes(path: Path, settings: Settings) -> frozenset[str]:
    """The codes that `per-file-ignores` switches off for a file."""
    inside = path.is_relative_to(settings.base)
    name = path.relative_to(settings.base if inside else path.anchor)
    codes: frozenset[str] = frozenset()
    for ignore in settings.per_file_ignores:
        inverted = ignore.pattern.startswith("!")
        if _pattern(ignore.pattern.removeprefix("!")).hold(name, is_directory=False) != inverted:
            codes |= ignore.codes
    return codes


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> Patterns:
    return Patterns([pattern])
