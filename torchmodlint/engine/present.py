"""The facts as they are now, for comparison with those that a remembered result rests on.

What a file holds is told by its times and size where these are known, and by its content where they are not.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from typing import NamedTuple

from torchmodlint.analysis.grounds import NO, YES, Fact, Kind, digest, outline_digest, tree_digest
from torchmodlint.core.paths import is_directory, is_file, python_files

SETTLED = 2_000_000_000  # nanoseconds: the coarsest clock of a file system, so that a later change gets another time
LARGEST = 50_000_000  # bytes of a source file


class Stamp(NamedTuple):
    """By what the system knows a file's content from another."""

    modified: int
    changed: int  # when a file was put there that keeps its time of modification; on Windows when it was made
    size: int


FolderStamp = tuple[int, int]  # the first two of them: they change when an entry is made, removed or renamed


class Content(NamedTuple):
    """The digests of a file's text and outline; "" for one that nobody has asked for."""

    text: str = ""
    outline: str = ""

    def joined(self, other: Content) -> Content:
        """What two readers know of the same content."""
        return Content(self.text or other.text, self.outline or other.outline)

    def tells(self, fact: Fact) -> bool:
        """Does a fact about the content follow from it?"""
        return fact.answer == (self.text if fact.kind == "text" else self.outline if fact.kind == "outline" else None)


class Known(NamedTuple):
    """What a file contains as long as it has this stamp."""

    stamp: Stamp
    content: Content


def stamp(path: str) -> Stamp | None:
    """None for what cannot be read: no file, or something that may never end."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
        return None
    return Stamp(found.st_mtime_ns, found.st_ctime_ns, found.st_size)


def folder_stamp(path: str) -> FolderStamp | None:
    """None for what is no folder."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_ctime_ns) if stat.S_ISDIR(found.st_mode) else None


def is_settled(modified: int, changed: int, now: int) -> bool:
    """Was it left alone long enough before `now` that any change since then would give another stamp?"""
    return max(modified, changed) < now - SETTLED


def content_digest(source: bytes) -> str:
    """The digest of a file by its text, so that it is the same for whoever has only that."""
    from torchmodlint.analysis.decoding import decode

    try:
        return digest(decode(source))
    except (SyntaxError, LookupError, ValueError):
        return "!" + digest(source.decode("latin-1"))


class Present:
    """Answers each question once. `known` tells what a file with a certain stamp contains."""

    def __init__(self, known: Callable[[str], Known | None]) -> None:
        self.seen: dict[str, Known] = {}  # files whose stamps tell what they contain
        self._known = known
        self._texts: dict[str, str] = {}
        self._outlines: dict[str, str] = {}

    def holds(self, fact: Fact) -> bool:
        """Would the question be answered alike?"""
        return self._answer(fact.kind, fact.path) == fact.answer

    def _answer(self, kind: Kind, path: str) -> str:
        if kind == "file":
            return YES if is_file(path) else NO
        if kind == "folder":
            return YES if is_directory(path) else NO
        if kind == "outline":
            return self._outline(path)
        if kind == "text":
            return self._as_read(self.text(path))
        return tree_digest((one, self._as_read(self.text(one))) for one in python_files(path))

    @staticmethod
    def _as_read(text: str) -> str:
        """Whoever asks about a file that he cannot read takes it for an empty one."""
        return digest("") if text[:1] in ("", "!") else text

    def text(self, path: str) -> str:
        """The digest of a file's content, "" when it cannot be read."""
        found = self._texts.get(path)
        if found is None:
            found = self._texts[path] = self._look(path)
        return found

    def _look(self, path: str) -> str:
        then, now = self._known(path), stamp(path)
        if now is None:
            return ""
        if then is not None and then.stamp == now and then.content.text:
            self._note(path, then)
            return then.content.text
        asked = time.time_ns()
        try:
            text = content_digest(_bytes(path))
        except OSError:
            return ""
        if is_settled(now.modified, now.changed, asked) and not text.startswith("!"):
            same = then is not None and then.content.text == text
            self._note(path, Known(now, Content(text, then.content.outline if then is not None and same else "")))
        return text

    def _outline(self, path: str) -> str:
        found = self._outlines.get(path)
        if found is None:
            found = self._outlines[path] = self._look_closer(path)
        return found

    def _look_closer(self, path: str) -> str:
        then, now = self._known(path), stamp(path)
        if then is not None and then.content.outline:
            if then.stamp == now:
                self._note(path, then)
                return then.content.outline
            if then.content.text == self.text(path):
                return then.content.outline
        from torchmodlint.analysis.decoding import decode
        from torchmodlint.analysis.scan import scan

        asked = time.time_ns()
        try:
            text = decode(_bytes(path)) if now is not None else ""
        except (OSError, SyntaxError, LookupError, ValueError):
            text = ""
        found = outline_digest(scan(text))
        if now is not None and is_settled(now.modified, now.changed, asked):
            self._note(path, Known(now, Content("", found)))
        return found

    def _note(self, path: str, known: Known) -> None:
        before = self.seen.get(path)
        if before is not None and before.stamp == known.stamp:
            known = Known(known.stamp, before.content.joined(known.content))
        self.seen[path] = known


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123  # as in `own_code`
        return file.read()
