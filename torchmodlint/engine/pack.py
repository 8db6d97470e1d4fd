"""The file in which the results of a project are remembered.

Its first line is the checksum of the rest, the second what every run needs, the third the facts on which each result
rests: they are needed only once a file or folder has been touched. JSON, because a cache may come with a repository:
reading it must not run anything, whoever wrote it.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from torchmodlint.analysis.grounds import Fact, Kind
from torchmodlint.core.writing import write_atomically
from torchmodlint.engine.present import (
    Content,
    FolderStamp,
    Known,
    Present,
    Stamp,
    folder_stamp,
    is_settled,
    stamp,
)

LARGEST = 50_000_000  # bytes; a larger one costs more than it saves, and `stamp` refuses it
KINDS: Mapping[str, Kind] = {"f": "file", "d": "folder", "o": "outline", "t": "text", "a": "tree"}
LETTERS = {kind: letter for letter, kind in KINDS.items()}
DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, MemoryError, OverflowError)
PATIENCE = 3.0  # seconds in which another process has surely written
ABANDONED = 30.0  # seconds after which a lock belongs to nobody


class Entry(NamedTuple):
    """A remembered result: of which content, without which codes, when it was last of use, and the result itself."""

    content: str
    ignored: str
    day: int
    parts: Sequence[Any]


class Pack:
    """What a file of that kind holds, unpacked as far as it is asked for. Paths below `root` are kept relative to it.

    Whatever is asked of a pack may raise one of DAMAGE.
    """

    def __init__(self, root: str, second: bytes = b"[{},{},{},[]]", third: bytes = b'[["",[],[]],{}]') -> None:
        self._start = os.path.join(root, "")
        self._third = third
        self._entries, self._files, self._folders, self._loose = json.loads(second)
        if not all(isinstance(one, dict) for one in (self._entries, self._files, self._folders)):
            raise ValueError("not such tables")

    def _path(self, name: str) -> str:
        return name if os.path.isabs(name) else self._start + name  # noqa: PTH117

    def entry(self, path: str) -> Entry | None:
        """The result of a file."""
        parts = self._entries.get(_name(path, self._start))
        if parts is None:
            return None
        content, ignored, day, *rest = parts
        if not isinstance(day, int):
            raise ValueError("no day")
        return Entry(content, ignored, day, rest)

    def known(self, path: str) -> Known | None:
        """The stamp of a file, and what it contains if that is still its stamp."""
        parts = self._files.get(_name(path, self._start))
        return None if parts is None else _known(*parts)

    def untouched(self, present: Present) -> bool:
        """Is every file and folder as it was, as far as stamps tell, and every fact true that they tell nothing of?"""
        for name, (modified, changed, size, *_) in self._files.items():
            if stamp(self._path(name)) != (modified, changed, size):
                return False
        for name, (modified, changed) in self._folders.items():
            if folder_stamp(self._path(name)) != (modified, changed):
                return False
        return all(present.holds(fact) for fact in self.loose)

    def text(self, path: str) -> str:
        """The digest of a file's text, if its stamp is still the one that is known; "" for one that is not known."""
        parts = self._files.get(_name(path, self._start))
        return "" if parts is None else _text(parts[3])

    def paths(self) -> list[str]:
        """The files that have a result."""
        return [self._path(name) for name in self._entries]

    def files(self) -> dict[str, Known]:
        """All files whose stamps are known."""
        return {self._path(name): _known(*parts) for name, parts in self._files.items()}

    @cached_property
    def loose(self) -> list[Fact]:
        """The facts that may have changed although no stamp has."""
        return [self._fact(*parts) for parts in self._loose]

    @cached_property
    def facts(self) -> list[Fact]:
        """All facts that the results rest on."""
        return [self._fact(*parts) for parts in zip(*self._rest[0], strict=True)]

    def _fact(self, kind: str, name: str, answer: object) -> Fact:
        return Fact(KINDS[kind], self._path(name), _text(answer))

    @cached_property
    def _rest(self) -> Any:
        return json.loads(self._third)

    def rests_on(self, path: str) -> list[int]:
        """The numbers of the facts that a result rests on."""
        numbers: list[int] = self._rest[1][_name(path, self._start)]
        if not all(type(one) is int and 0 <= one < len(self.facts) for one in numbers):
            raise ValueError("no such fact")
        return numbers


def _name(path: str, start: str) -> str:
    return path.removeprefix(start)


def _known(modified: int, changed: int, size: int, text: object, outline: object) -> Known:
    return Known(Stamp(modified, changed, size), Content(_text(text), _text(outline)))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def read(file: Path, root: str) -> Pack:
    """The pack in a file; an empty one when there is none, or it is damaged."""
    try:
        if stamp(str(file)) is not None:
            checksum, rest = file.read_bytes().split(b"\n", 1)
            if checksum == _checksum(rest):
                second, third = rest.split(b"\n", 1)
                return Pack(root, second, third)
    except (OSError, *DAMAGE):
        pass
    return Pack(root)


def write(
    file: Path, root: str, entries: Mapping[str, tuple[Entry, Collection[Fact]]], files: Mapping[str, Known], now: int
) -> None:
    """Replace the file. Raises OSError.

    `now` is the time since which everything that the results rest on has been read: only what was last touched before
    it can be known by its stamp.
    """
    start = os.path.join(root, "")
    numbers: dict[Fact, int] = {}
    rests_on = {
        _name(path, start): [numbers.setdefault(fact, len(numbers)) for fact in facts]
        for path, (_, facts) in entries.items()
    }
    folders, loose = settled(numbers, files, now)
    named = [(LETTERS[fact.kind], _name(fact.path, start), fact.answer) for fact in numbers]
    second = (
        {
            _name(path, start): [entry.content, entry.ignored, entry.day, *entry.parts]
            for path, (entry, _) in entries.items()
        },
        {_name(path, start): [*known.stamp, *known.content] for path, known in files.items()},
        {_name(path, start): known for path, known in folders.items()},
        [named[numbers[fact]] for fact in loose],
    )
    facts = ["".join(letter for letter, _, _ in named), [name for _, name, _ in named], [one for _, _, one in named]]
    rest = "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in (second, (facts, rests_on)))
    if len(rest) <= LARGEST:
        write_atomically(file, f"{_checksum(rest.encode('ascii')).decode()}\n{rest}")


def settled(facts: Iterable[Fact], files: Mapping[str, Known], now: int) -> tuple[dict[str, FolderStamp], list[Fact]]:
    """The folders whose stamps tell what there is in them, and the facts that no stamp tells."""
    folders: dict[str, FolderStamp | None] = {}
    loose: list[Fact] = []
    for fact in facts:
        if fact.kind in ("file", "folder"):
            folder = os.path.dirname(fact.path)
            if folder not in folders:
                found = folder_stamp(folder)
                folders[folder] = found if found is not None and is_settled(*found, now) else None
            # What a link leads to may come and go without a trace where the link is.
            if folders[folder] is None or os.path.islink(fact.path):  # noqa: PTH114
                loose.append(fact)
        elif fact.path not in files or not files[fact.path].content.tells(fact):
            loose.append(fact)
    return {folder: found for folder, found in folders.items() if found is not None}, loose


def _checksum(rest: bytes) -> bytes:
    return blake2b(rest, digest_size=16).hexdigest().encode()


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """For one process at a time; whoever has waited too long goes on, which at worst forgets what another wrote."""
    lock = file.with_suffix(".lock")
    deadline = time.monotonic() + PATIENCE
    ours = False
    while not ours and time.monotonic() < deadline:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            ours = True
        except FileExistsError:
            with contextlib.suppress(OSError):
                if time.time() - lock.stat().st_mtime > ABANDONED:
                    lock.unlink()
            time.sleep(0.02)
    try:
        yield
    finally:
        if ours:
            lock.unlink(missing_ok=True)
