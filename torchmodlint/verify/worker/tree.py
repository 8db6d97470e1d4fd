"""Whole trees of processes, as /proc shows them: what a session or a process group holds is left too easily."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import time
from collections import defaultdict
from pathlib import Path

AT_MOST = 5.0  # seconds of killing, should something start processes as fast as they are killed


def below(root: int, spared: frozenset[int] = frozenset()) -> list[int]:
    """All living descendants of a process, parents first, but `spared` and theirs."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            try:
                # "pid (name) state parent …"; the name may hold spaces and brackets.
                state, parent = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()[:2]
            except (OSError, ValueError):
                continue
            if state not in (b"Z", b"X"):
                children[int(parent)].append(int(entry.name))
    found: list[int] = []
    waiting = [root]
    while waiting:
        new = sorted(set(children.pop(waiting.pop(), [])) - spared)
        found += new
        waiting += new
    return found


def kill_below(root: int, spared: frozenset[int] = frozenset()) -> None:
    """Kill all descendants of a process but `spared` and theirs, until there are none."""
    until = time.monotonic() + AT_MOST
    while time.monotonic() < until:
        found = below(root, spared)
        if not found:
            return
        for each in found:
            kill(each)


def kill(process: int) -> None:
    """Kill one process, if it is there."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def resident(process: int) -> float:
    """The memory that a process really uses, in GB; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_bytes().split()[1])
    except (OSError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 30)


def remove(folder: Path) -> None:
    """Remove a folder whose content somebody else made, links not followed. What cannot be removed stays."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():  # something in it was made without permission to look into it
            for here, names, _ in os.walk(folder):
                for each in (Path(here, name) for name in names):
                    if not each.is_symlink():
                        each.chmod(stat.S_IRWXU)
            shutil.rmtree(folder, ignore_errors=True)
    except (OSError, RecursionError):
        pass  # the linter tries again, with everything else
