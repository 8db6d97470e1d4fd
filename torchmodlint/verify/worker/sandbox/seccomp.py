"""seccomp: filters of system calls, written as the small programs (classic BPF) that the kernel runs before each one.

Two of them are stacked, and a call has to pass both: `package_filter` is for the process that imports the user's
files, `class_filter` for the one that builds a class, which may start threads but no process, and signal only itself.

A pointer's target can change between the check and the call, so only numbers are looked at; clone3 has its flags
behind a pointer and is "not there" (ENOSYS), which makes the C library use clone. Refusing it with EPERM would break
threads. Numbers for other machines' calls (32 bit, x32) and those of calls younger than the list are refused as well.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable, Sequence

from torchmodlint.verify.worker.sandbox.kernel import PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl, syscall
from torchmodlint.verify.worker.sandbox.syscalls import NEXT, NUMBERS

# By what the kernel calls the machine: its number in the audit system, the column of the table, seccomp's own number.
MACHINES = {"x86_64": (0xC000003E, 0, 317), "aarch64": (0xC00000B7, 1, 277)}

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data; each argument has 8 bytes there
ALLOW, FAIL = 0x7FFF0000, 0x00050000
NEGATIVE = 0x80000000

SET_MODE_FILTER, SPECULATION_ALLOWED = 1, 4  # without the flag old kernels slow the whole process down
AF_UNIX, TIOCSTI, TIOCLINUX = 1, 0x5412, 0x541C
CLONE_THREAD = 0x00010000
CLONE_NEW = 0x7E020000  # every kind of namespace that this call can make

NOT_PERMITTED, NOT_THERE = FAIL | errno.EPERM, FAIL | errno.ENOSYS

FOR_LOCAL_SOCKETS = ("connect", "bind", "listen", "accept", "accept4")
SIGNALLING = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")  # the first argument of each is a process
SPECIAL = frozenset(["clone", "clone3", "fork", "vfork", *SIGNALLING, "prctl", "prlimit64", "ioctl", "socket"])


class _Program:
    """The instructions of one filter. Every rule ends the program for its call, or leaves the number loaded."""

    def __init__(self, column: int, architecture: int) -> None:
        self._column = column
        self._code: list[tuple[int, int, int, int]] = [
            (LOAD, 0, 0, ARCHITECTURE),
            (EQUAL, 1, 0, architecture),
            (RETURN, 0, 0, NOT_PERMITTED),
            (LOAD, 0, 0, NUMBER),
            (AT_LEAST, 0, 1, NEXT),  # the calls of x32 have bit 30 set
            (RETURN, 0, 0, NOT_THERE),
        ]

    def refuse(self, name: str, answer: int = NOT_PERMITTED) -> None:
        self._rule(name, [(RETURN, 0, 0, answer)])

    def only(self, name: str, argument: int, values: Iterable[int]) -> None:
        """The call passes when the argument is one of the values."""
        tests = [part for value in values for part in ((EQUAL, 0, 1, value & 0xFFFFFFFF), (RETURN, 0, 0, ALLOW))]
        self._rule(name, [_load(argument), *tests, (RETURN, 0, 0, NOT_PERMITTED)])

    def never(self, name: str, argument: int, values: Iterable[int], *, negative: bool = False) -> None:
        """The call passes unless the argument is one of the values, or negative."""
        tests = [part for value in values for part in ((EQUAL, 0, 1, value), (RETURN, 0, 0, NOT_PERMITTED))]
        if negative:
            tests += [(AT_LEAST, 0, 1, NEGATIVE), (RETURN, 0, 0, NOT_PERMITTED)]
        self._rule(name, [_load(argument), *tests, (RETURN, 0, 0, ALLOW)])

    def bits(self, name: str, argument: int, bits: int, *, with_one: int, with_none: int) -> None:
        """What becomes of the call depends on whether the argument has one of the bits."""
        self._rule(name, [_load(argument), (ANY_BIT, 0, 1, bits), (RETURN, 0, 0, with_one), (RETURN, 0, 0, with_none)])

    def _rule(self, name: str, body: Sequence[tuple[int, int, int, int]]) -> None:
        number = NUMBERS[name][self._column]
        if number is not None:
            self._code += [(EQUAL, 0, len(body), number), *body]

    def finished(self) -> bytes:
        """struct sock_filter: the operation in 16 bits, two jumps in 8 each, the constant in 32."""
        return b"".join(struct.pack("=HBBI", *each) for each in [*self._code, (RETURN, 0, 0, ALLOW)])


def _load(argument: int) -> tuple[int, int, int, int]:
    """The low half of an argument. All that are looked at are 32 bits wide for the kernel, or flags in that half."""
    return LOAD, 0, 0, ARGUMENTS + 8 * argument + (4 if sys.byteorder == "big" else 0)


def available() -> bool:
    """Is this a machine whose calls are in the table?"""
    return sys.platform == "linux" and platform.machine() in MACHINES and struct.calcsize("P") == 8


def package_filter(protected: Iterable[int], *, cuda: bool = False) -> bytes:
    """The filter for a process that imports files. It may start processes, and signal all but `protected` ones.

    A CUDA driver gets local sockets, which it talks to its own services with.
    """
    program = _started()
    for name in NUMBERS:
        if name not in SPECIAL and not (cuda and name in FOR_LOCAL_SOCKETS):
            program.refuse(name)
    program.refuse("clone3", NOT_THERE)
    program.bits("clone", 0, CLONE_NEW, with_one=NOT_PERMITTED, with_none=ALLOW)
    for name in SIGNALLING:
        program.never(name, 0, [0, 1, *protected], negative=True)
    program.only("prlimit64", 0, [0, os.getpid()])
    program.never("ioctl", 1, [TIOCSTI, TIOCLINUX])
    if cuda:
        program.only("socket", 0, [AF_UNIX])
    else:
        program.refuse("socket")
    return program.finished()


def class_filter() -> bytes:
    """The filter for the calling process and no other: threads but no processes, signals to itself only."""
    program = _started()
    program.refuse("clone3", NOT_THERE)
    program.refuse("fork")
    program.refuse("vfork")
    program.bits("clone", 0, CLONE_THREAD, with_one=ALLOW, with_none=NOT_PERMITTED)
    for name in SIGNALLING:
        program.only(name, 0, [os.getpid()])
    program.never("prctl", 0, [PR_SET_PDEATHSIG])
    return program.finished()


def install(code: bytes) -> None:
    """Put a filter on this thread and all it starts, for good. Raises OSError when the kernel refuses."""
    instructions = ctypes.create_string_buffer(code, len(code))
    program = _Fprog(len(code) // 8, ctypes.addressof(instructions))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    _, _, number = MACHINES[platform.machine()]
    syscall(number, SET_MODE_FILTER, SPECULATION_ALLOWED, ctypes.pointer(program))


class _Fprog(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _started() -> _Program:
    architecture, column, _ = MACHINES[platform.machine()]
    return _Program(column, architecture)
