"""Results that are remembered from run to run.

A result is taken up again when the file has the same text, the same rules are asked for, and every question about
other files that came up when it was linted would be answered alike. Whatever fails here only costs time.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from torchmodlint import __version__
from torchmodlint.analysis.grounds import CHANGED, Fact
from torchmodlint.core.cache_folder import prepare
from torchmodlint.engine.linted import Linted, lasts, packed, unpacked
from torchmodlint.engine.own_code import own_code
from torchmodlint.engine.pack import DAMAGE, Entry, Pack, Resting, locked, read, renumbered, settled, write
from torchmodlint.engine.present import Content, Known, Present, is_settled, stamp

PART = "results"
FORMAT = 1  # of the pack
DAY = 86_400
FRESH, STALE = 7, 30  # days: after which its use is noted anew, and after which a result is forgotten
MOST_ENTRIES = 50_000
MOST_PACKS = 20
PACK = re.compile(r"[0-9a-f]{32}\.json")
LEFTOVER = re.compile(r"\.[0-9a-f]{32}\.json\.[0-9]+\.tmp|[0-9a-f]{32}\.lock")
ABANDONED = 3600  # seconds


class ResultCache:
    """The results of one project, for one choice of rules.

    `home` is the directory of everything that is remembered; `codes` are the rules asked for, `libraries` where
    installed packages are read, and `noqa` says whether the noqa comments count.
    """

    def __init__(
        self, home: Path, root: Path, codes: Iterable[str], libraries: Sequence[Path], *, noqa: bool = True
    ) -> None:
        self._home = home
        self._root = str(root)
        about = [FORMAT, __version__, own_code().digest, _libcst(), sys.version, self._root, sorted(codes), noqa]
        text = json.dumps([*about, [str(one) for one in libraries]])
        self._file = home / PART / f"{blake2b(text.encode('utf-8', 'replace'), digest_size=16).hexdigest()}.json"
        self._started = time.time_ns()
        self._version = stamp(str(self._file))
        self._pack = read(self._file, self._root)
        self._present = Present(self._pack.known)
        self._numbers: dict[Fact, int] = {}  # of the facts that fresh results rest on
        self._fresh: dict[str, Resting] = {}
        self._read: dict[str, Content] = {}  # what was read in files, and not given
        self._used: dict[str, int] = {}  # results that were taken up again, and the days for which that is noted

    def get(self, path: str, shown: str, ignored: Collection[str], content: str | None = None) -> Linted | None:
        """What is known of a file, with the path by which it is `shown`; None when it has to be linted.

        `content` is the digest of a text that was given; else that of the file counts. `ignored` are the codes that
        are left out for this file.
        """
        try:
            entry = self._pack.entry(path)
            if entry is None or entry.ignored != _joined(ignored):
                return None
            if content is None:
                content = (self._pack.text(path) if path not in self._touched else "") or self._present.text(path)
            if entry.content != content:
                return None
            if self._changed and not self._changed.isdisjoint(self._pack.rests_on(path)):
                return None
            linted = unpacked(entry.parts, shown)
        except DAMAGE:
            return None
        self._used[path] = entry.day
        return linted

    @cached_property
    def _touched(self) -> frozenset[str]:
        """The files and folders of the pack that have another stamp now. Raises one of DAMAGE."""
        return self._pack.touched()

    @cached_property
    def _changed(self) -> frozenset[int]:
        """The numbers of the facts that are no longer true. Raises one of DAMAGE."""
        holds = self._present.holds
        if not self._touched and all(map(holds, self._pack.loose)):
            return frozenset()
        doubtful = self._pack.doubtful(self._touched)
        return frozenset(number for number, fact in doubtful if not holds(fact))

    def put(
        self,
        path: str,
        ignored: Collection[str],
        content: str,
        linted: Linted,
        facts: Iterable[Fact],
        *,
        on_disk: bool,
    ) -> None:
        """Remember a result with the facts that it rests on; `on_disk` says that the text was that of the file."""
        facts = list(facts)
        if not lasts(linted) or any(fact.answer == CHANGED for fact in facts):
            return
        # What was asked about the file itself is settled by its content, but for whether it is there.
        others = [one for one in facts if one.path != path or one.kind in ("file", "folder")]
        numbers = [self._numbers.setdefault(fact, len(self._numbers)) for fact in others]
        self._fresh[path] = Entry(content, _joined(ignored), _today(), packed(linted)), numbers
        if on_disk:
            self._read[path] = self._read.get(path, Content()).joined(Content(content))
            for fact in others:
                if fact.kind in ("outline", "text"):
                    told = Content(outline=fact.answer) if fact.kind == "outline" else Content(fact.answer)
                    self._read[fact.path] = self._read.get(fact.path, Content()).joined(told)

    def save(self) -> None:
        """Write down what is new."""
        try:
            if not self._is_dirty():
                return
            folder = prepare(self._home, PART)
            with locked(self._file):
                unchanged = stamp(str(self._file)) == self._version
                base = self._pack if unchanged else read(self._file, self._root)
                entries, facts = self._merged(base)
                files = self._files(base, {*entries, *(fact.path for fact in facts)})
                write(self._file, self._root, entries, facts, files, self._started)
            _prune(folder, self._file)
        except (OSError, *DAMAGE):
            pass
        self._fresh.clear()
        self._numbers.clear()

    def _is_dirty(self) -> bool:
        today = _today()
        return (
            bool(self._fresh)
            or any(today - day > FRESH for day in self._used.values())
            or bool(self._used and (self._touched or self._changed))
            or any(self._pack.known(name) != known for name, known in self._present.seen.items())
            or len(settled(self._pack.loose, {}, self._started)[1]) < len(self._pack.loose)
        )

    def _merged(self, base: Pack) -> tuple[dict[str, Resting], list[Fact]]:
        """All results that may be of use, and the facts that they rest on, in the order of their numbers.

        They are those of this run, and of others what has not become untrue since.
        """
        if base is self._pack:
            untrue = self._changed
        else:  # another process has written it in the meantime
            untrue = frozenset(at for at, fact in enumerate(base.facts) if not self._present.holds(fact))
        today = _today()
        kept: dict[str, Resting] = {}
        for name in base.paths():
            try:
                entry, rests_on = base.entry(name), base.rests_on(name)
            except DAMAGE:
                continue
            if entry is None or name in self._fresh:
                continue
            day = today if name in self._used else entry.day
            if 0 <= today - day <= STALE and untrue.isdisjoint(rests_on):
                kept[name] = entry._replace(day=day), rests_on
        if len(kept) > MOST_ENTRIES:
            newest = sorted(kept, key=lambda name: -kept[name][0].day)[:MOST_ENTRIES]
            kept = {name: kept[name] for name in newest}
        first = len(base.facts)
        fresh = {name: (entry, [first + at for at in numbers]) for name, (entry, numbers) in self._fresh.items()}
        return renumbered({**kept, **fresh}, [*base.facts, *self._numbers])

    def _files(self, base: Pack, wanted: Collection[str]) -> dict[str, Known]:
        """What the stamps of files stand for, as far as that is sure."""
        touched = self._touched if base is self._pack else base.touched()
        known = {name: known for name, known in base.files().items() if name in wanted and name not in touched}
        found = known | self._present.seen
        for name, content in self._read.items():
            now = None if content.text.startswith("!") else stamp(name)
            # Untouched since before the run, so it is what the run has read.
            if now is not None and is_settled(now.modified, now.changed, self._started):
                then = found.get(name)
                same = then is not None and then.stamp == now
                found[name] = Known(now, content.joined(then.content) if then is not None and same else content)
        return found


def _joined(codes: Collection[str]) -> str:
    return ",".join(sorted(codes)) if codes else ""


def _today() -> int:
    return int(time.time()) // DAY


def _libcst() -> str:
    """The version of LibCST, found without importing it, nor what finds packages."""
    for finder in sys.meta_path:
        spec = finder.find_spec("libcst", None)
        if spec is not None and spec.origin is not None:
            with contextlib.suppress(OSError):
                return Path(spec.origin).with_name("_version.py").read_text(encoding="utf-8", errors="replace")
            break
    from importlib.metadata import version

    return version("libcst")


def _prune(folder: Path, own: Path) -> None:
    """Remove the packs that were not written for long, the oldest when there are many, and what a crash has left."""
    now = time.time()
    with os.scandir(folder) as entries:
        aged = sorted((now - entry.stat().st_mtime, entry.name) for entry in entries)
    packs = [(age, name) for age, name in aged if PACK.fullmatch(name) and name != own.name]
    gone = [name for at, (age, name) in enumerate(packs) if at >= MOST_PACKS - 1 or age > STALE * DAY]
    gone += [name for age, name in aged if LEFTOVER.fullmatch(name) and age > ABANDONED]
    for name in gone:
        with contextlib.suppress(OSError):
            (folder / name).unlink()
