"""Resource limits: what the kernel counts for every process, on every Unix."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import resource

GIGABYTE = 1 << 30
FILE, FILES = 64 << 20, 1024  # the bytes of one file, and how many may be open


def limit(memory: float | None) -> None:
    """Limit this process and all it starts, for good; Windows has no such thing.

    `memory` is in GB of address space, beside what is mapped by now: torch's own libraries take 0.7 GB of it, and
    several in a build for CUDA. It is None where it cannot be limited so: a CUDA driver reserves far more than it
    uses. Processor time is left to those who watch the clock.
    """
    if sys.platform == "win32":
        return
    wanted = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_NOFILE, FILES),
    ]
    if memory is not None:
        wanted.append((resource.RLIMIT_AS, _mapped() + round(memory * GIGABYTE)))
    for which, value in wanted:
        _, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(which, (value, value))
        except (OSError, ValueError):
            pass  # macOS refuses RLIMIT_AS on some machines; the other limits stay


def _mapped() -> int:
    """The address space of this process in bytes; 0 where that cannot be told."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
