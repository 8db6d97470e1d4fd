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


Resting = tuple[Entry, Sequence[int]]  # a result, and the numbers of the facts that it rests on


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
        content, ignored, day = parts[:3]
        if not isinstance(day, int):
            raise ValueError("no day")
        return Entry(content, ignored, day, parts[3:])

    def known(self, path: str) -> Known | None:
        """The stamp of a file, and what it contains if that is still its stamp."""
        parts = self._files.get(_name(path, self._start))
        return None if parts is None else _known(*parts)

    def touched(self) -> frozenset[str]:
        """The files and folders that have another stamp now; what is known of all others is as it was."""
        paths = ((self._path(name), tuple(parts[:3])) for name, parts in self._files.items())
        files = [path for path, then in paths if stamp(path) != then]
        paths = ((self._path(name), tuple(parts)) for name, parts in self._folders.items())
        return frozenset(files).union(path for path, then in paths if folder_stamp(path) != then)

    def doubtful(self, touched: Collection[str]) -> Iterator[tuple[int, Fact]]:
        """The facts of which no stamp tells that they are still true, with their numbers."""
        loose = frozenset(self.loose)
        for number, fact in enumerate(self.facts):
            by = os.path.dirname(fact.path) if fact.kind in ("file", "folder") else fact.path
            if by in touched or fact in loose:
                yield number, fact

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
        if numbers and not (set(map(type, numbers)) == {int} and min(numbers) >= 0 and max(numbers) < len(self.facts)):
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
            checksum, second, third, end = file.read_bytes().split(b"\n", 3)
            if checksum.decode() == _checksum(second, third) and not end:
                return Pack(root, second, third)
    except (OSError, *DAMAGE):
        pass
    return Pack(root)


def renumbered(entries: Mapping[str, Resting], facts: Sequence[Fact]) -> tuple[dict[str, Resting], list[Fact]]:
    """The same with those facts alone that are rested on, each of them once."""
    kept: dict[Fact, int] = {}
    used = sorted(set().union(*(numbers for _, numbers in entries.values())))
    places = {number: kept.setdefault(facts[number], len(kept)) for number in used}
    found: dict[str, Resting] = {
        path: (entry, [places[number] for number in numbers]) for path, (entry, numbers) in entries.items()
    }
    return found, list(kept)


def write(
    file: Path,
    root: str,
    entries: Mapping[str, Resting],
    facts: Sequence[Fact],
    files: Mapping[str, Known],
    now: int,
) -> None:
    """Replace the file. Raises OSError.

    `now` is the time since which everything that the results rest on has been read: only what was last touched before
    it can be known by its stamp.
    """
    start = os.path.join(root, "")
    folders, loose = settled(facts, files, now)
    second = (
        {
            _name(path, start): [entry.content, entry.ignored, entry.day, *entry.parts]
            for path, (entry, _) in entries.items()
        },
        {_name(path, start): [*known.stamp, *known.content] for path, known in files.items()},
        {_name(path, start): known for path, known in folders.items()},
        [(LETTERS[fact.kind], _name(fact.path, start), fact.answer) for fact in loose],
    )
    third = (
        (
            "".join(LETTERS[fact.kind] for fact in facts),
            [_name(fact.path, start) for fact in facts],
            [fact.answer for fact in facts],
        ),
        {_name(path, start): numbers for path, (_, numbers) in entries.items()},
    )
    lines = [json.dumps(one, separators=(",", ":")) for one in (second, third)]
    if sum(map(len, lines)) <= LARGEST:
        checksum = _checksum(*(line.encode("ascii") for line in lines))
        write_atomically(file, "".join(f"{line}\n" for line in (checksum, *lines)))


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


def _checksum(*lines: bytes) -> str:
    digest = blake2b(digest_size=16)
    for line in lines:
        digest.update(line)
        digest.update(b"\n")
    return digest.hexdigest()


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
