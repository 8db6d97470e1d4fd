"""Calls into the C library that the standard library has no name for. Linux only."""

from __future__ import annotations

import ctypes
import os
from functools import cache

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: int | ctypes._Pointer[ctypes.Structure] | None) -> int:
    """A system call by its number. Raises OSError."""
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result: int = _libc().syscall(ctypes.c_long(number), *given)
    return _checked(result)


def prctl(option: int, value: int) -> None:
    """prctl(2) with one value. Raises OSError."""
    rest = [ctypes.c_ulong(each) for each in (value, 0, 0, 0)]
    _checked(_libc().prctl(ctypes.c_int(option), *rest))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
