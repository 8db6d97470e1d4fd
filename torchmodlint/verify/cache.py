"""Verdicts that are remembered from run to run.

A verdict is taken up again only when nothing that could have led to another has changed: the question and the text of
its file, every other source of the project and of what is imported from outside site-packages, the installed
packages, torch, Python, the options, and the verifier itself. All sources and not just the imported ones, because a
class may import by a computed name, read a table of settings, or be built as some other file calls it; one that is
remembered wrongly would be worse than one that is asked again. Contents count and not times, so that a cache can be
kept between checkouts.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path

from torchmodlint import __version__
from torchmodlint.core.cache_folder import TAG, prepare
from torchmodlint.core.paths import is_file
from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.core.writing import write_atomically
from torchmodlint.verify.interpreter import Interpreter
from torchmodlint.verify.wire import FileJob, Options, PackageJob, Question, WireError, packed, verdict

MOST_ENTRIES = 5_000  # a few MB
ABANDONED = 3600.0  # seconds after which a temporary file belongs to nobody
MOST_FILES, MOST_BYTES = 20_000, 300_000_000  # beyond that, comparing costs more than asking
WHOLE = 1_000_000  # bytes: a larger file counts by its size and time
SOURCES = (".py", ".json", ".yaml", ".yml", ".toml")
PATIENCE = 5.0  # seconds for the same comparison
PASSED_OVER = frozenset({"__pycache__", "node_modules", "site-packages"})  # and what begins with "."
NO_SOURCES = ("pyvenv.cfg", TAG)  # what marks a virtual environment, and a cache

# What the machine's load or an accident decided may go otherwise the next time.
FLEETING = frozenset({Reason.TIMEOUT, Reason.MEMORY, Reason.CRASHED})


class Cache:
    """The verdicts in one directory. Whatever fails here only costs time, so nothing is raised."""

    def __init__(self, folder: Path, surroundings: str, interpreter: Interpreter, options: Options) -> None:
        self.folder = folder / "verdicts"
        self._home = folder
        self._common = [
            __version__,
            own_code(),
            surroundings,
            [str(interpreter.path), interpreter.python, interpreter.torch, interpreter.marker],
            asdict(options),
        ]

    def key(self, package: PackageJob, job: FileJob, question: Question) -> str:
        """The name under which a verdict is kept."""
        asked = {**asdict(question), "id": 0}
        about = [package.roots, job.path, job.display, job.module, job.text, dict(job.examples), asked]
        whole = json.dumps([self._common, about], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()

    def get(self, key: str) -> Verdict | None:
        """The verdict of that name; one that is damaged counts as none."""
        file = self.folder / f"{key}.json"
        try:
            found = json.loads(file.read_bytes())
            if found["key"] != key:
                return None
            remembered = verdict(found["verdict"])
            os.utime(file)  # the ones in use are pruned last
        except (OSError, ValueError, KeyError, TypeError, WireError, RecursionError):
            return None
        return remembered

    def put(self, key: str, found: Verdict) -> None:
        """Remember a verdict, unless it may have been chance."""
        if found.outcome is Outcome.INCONCLUSIVE and found.reason in FLEETING:
            return
        with contextlib.suppress(OSError, ValueError, TypeError):
            prepare(self._home, "verdicts")
            text = json.dumps({"key": key, "verdict": packed(found)})
            write_atomically(self.folder / f"{key}.json", text)

    def prune(self) -> None:
        """Forget the verdicts that were not used for the longest time, once there are too many."""
        if self.folder.is_symlink():  # as in `prepare`
            return
        with contextlib.suppress(OSError):
            with os.scandir(self.folder) as entries:
                aged = sorted((entry.stat().st_mtime, entry.path) for entry in entries)
            leftover = [path for age, path in aged if path.endswith(".tmp") and age < time.time() - ABANDONED]
            kept = [path for _, path in aged if path.endswith(".json")]
            excess = kept[: len(kept) - MOST_ENTRIES * 4 // 5] if len(kept) > MOST_ENTRIES else []
            for path in (*leftover, *excess):
                with contextlib.suppress(OSError):
                    Path(path).unlink()


@cache
def own_code() -> str:
    """A digest of the verifier itself, so that a mended probe is asked again."""
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    shared = [package.parent / "core" / name for name in ("parts.py", "verdict.py")]
    for file in sorted([*package.rglob("*.py"), *shared]):
        digest.update(file.relative_to(package.parent).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def surroundings(folders: Sequence[Path]) -> str | None:
    """A digest of all sources below the folders; None when there are too many to be compared each time."""
    digest = hashlib.sha256()
    files, size, deadline = 0, 0, time.monotonic() + PATIENCE
    roots = sorted({os.path.realpath(folder) for folder in folders})
    outermost = [one for one in roots if not any(one != each and _is_below(one, each) for each in roots)]
    for root in outermost:
        for path in _sources(root):
            if time.monotonic() > deadline:
                return None
            if path is None:
                continue
            try:
                facts = path.stat()
                files, size = files + 1, size + min(facts.st_size, WHOLE)
                if files > MOST_FILES or size > MOST_BYTES:
                    return None
                large = facts.st_size > WHOLE
                content = f"{facts.st_size} {facts.st_mtime_ns}".encode() if large else path.read_bytes()
            except OSError:
                content = b"unreadable"
            digest.update(os.fsencode(path) + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _sources(root: str) -> Iterator[Path | None]:
    """The files below a directory that code may come from, in order; links are followed, each directory once.

    Gives None for each directory, so that the caller may look at the clock.
    """
    seen = set()
    for folder, directories, names in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            directories.clear()
            continue
        seen.add(real)
        yield None
        directories[:] = sorted(
            name
            for name in directories
            if not name.startswith(".")
            and name not in PASSED_OVER
            and not any(is_file(Path(folder, name, mark)) for mark in NO_SOURCES)
        )
        for name in sorted(names):
            if name.endswith(SOURCES):
                yield Path(folder, name)
